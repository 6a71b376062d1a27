import { createRequire } from 'node:module';
import type * as childProcess from 'node:child_process';
import type * as http from 'node:http';
import type * as http2 from 'node:http2';
import type * as net from 'node:net';
import type * as tls from 'node:tls';
import type * as zlib from 'node:zlib';

/** The built-in modules that are loaded only when a connection is made. */
interface Builtins {
  'node:child_process': typeof childProcess;
  'node:http': typeof http;
  'node:http2': typeof http2;
  'node:net': typeof net;
  'node:tls': typeof tls;
  'node:zlib': typeof zlib;
}

/**
 * Loads a built-in module at the moment it is needed.
 *
 * An `import` of `node:http` reads every one of its exports, one of which loads a whole HTTP client: that costs 50 ms which a
 * plain `require` does not.
 *
 * Effects: loads a module of Node
 */
export function loadBuiltin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return createRequire(import.meta.url)(name) as Builtins[Name];
}
