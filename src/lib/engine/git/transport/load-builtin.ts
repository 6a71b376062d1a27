import type * as Http from 'node:http';
import type * as Https from 'node:https';
import { createRequire } from 'node:module';
import type * as Tls from 'node:tls';

/**
 * Loads Node's HTTP module. An `import` of it would read every export, one of which loads a whole second HTTP client:
 * 50 ms that a call over ssh, or no call at all, must not pay.
 */
export function loadHttp(): typeof Http {
  return createRequire(import.meta.url)('node:http');
}

/** Loads Node's HTTPS module; see `loadHttp`. */
export function loadHttps(): typeof Https {
  return createRequire(import.meta.url)('node:https');
}

/** Loads Node's TLS module. */
export function loadTls(): typeof Tls {
  return createRequire(import.meta.url)('node:tls');
}
