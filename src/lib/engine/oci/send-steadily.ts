import { FluxError, messageOf } from '../../core/errors.ts';
import type { HttpAnswer, HttpRequest, RegistryPorts } from './types.ts';

/** Waits before the tries that follow the first; a registry that is overloaded needs longer than a lost connection. */
const WAITS_MS: readonly number[] = [500, 2_000, 5_000];
/** The longest wait that a registry may ask for. */
const MAX_WAIT_MS = 60_000;
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
/** What will not be there in a second either. */
const LASTING: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'EPROTO',
]);

/**
 * Sends a request, and again a few times where the failure may pass: no connection, 408, 425, 429 (after what the registry asks
 * for) and 5xx. All that is sent here may be sent twice: blobs and manifests are named by their content.
 *
 * Effects: those of `send`; waits
 *
 * @throws {FluxError} oci/unreachable; the signal's reason
 */
export async function sendSteadily(request: HttpRequest, ports: RegistryPorts): Promise<HttpAnswer> {
  for (let failures = 0; ; failures++) {
    const waitMs = WAITS_MS[failures];
    let told: string;
    let asked = 0;
    try {
      const answer = await ports.send(request);
      if (waitMs === undefined || !PASSING.has(answer.status)) return answer;
      answer.discard();
      told = `${request.url.host} answered ${answer.status}`;
      asked = secondsOf(answer.headers['retry-after']) * 1000;
    } catch (cause) {
      ports.signal?.throwIfAborted();
      if (waitMs === undefined || LASTING.has(codeOf(cause))) throw unreachable(request.url, cause);
      told = `${request.url.host}: ${messageOf(cause)}`;
    }
    const wait = Math.min(Math.max(waitMs, asked), MAX_WAIT_MS);
    ports.onRetry?.(`${told}; trying again in ${wait / 1000} s`);
    await ports.sleep(wait, ports.signal);
  }
}

/** The error for a server that gives no answer. */
export function unreachable(url: URL, cause: unknown): FluxError {
  const code = codeOf(cause);
  const isCertificate = /CERT|ALTNAME|VERIFY|ISSUER/.test(code);
  const isPlain = code === 'EPROTO' || code.includes('WRONG_VERSION_NUMBER');
  return new FluxError('oci/unreachable', `${url.protocol}//${url.host} cannot be reached: ${messageOf(cause) || code}`, {
    hint: isCertificate
      ? 'name the authority of its certificate in NODE_EXTRA_CA_CERTS, or pass --insecure-registry'
      : isPlain
        ? 'if the registry speaks http, pass --insecure-registry'
        : 'check the address, the network and HTTPS_PROXY',
    details: { code },
    cause,
  });
}

/** The code of a failure of the network; empty where it has none. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function secondsOf(header: string | undefined): number {
  const seconds = Number(header ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
