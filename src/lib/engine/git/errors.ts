import { FluxError, type FluxErrorInit, isFluxError, messageOf } from '../../core/errors.ts';

/** What happened while talking to a remote; given to `translateError`. */
export interface CallContext {
  /** URL without user information. */
  readonly url: string;
  readonly timeoutMs: number;
  /** True once the time is up. */
  readonly timedOut: () => boolean;
  /** True once the caller gave up. */
  readonly aborted: () => boolean;
}

/** A failure of what the remote said, rather than of the network. */
export function protocolError(message: string, init: FluxErrorInit = {}): FluxError {
  return new FluxError('git/protocol-error', message, {
    hint: 'Check that the URL is that of a Git repository and not of a web page or a proxy',
    ...init,
  });
}

/** A pack, object or reference whose bytes are not what they must be. */
export function corruptError(message: string): FluxError {
  return new FluxError('git/corrupt-data', message, { hint: 'Try again; if it stays, run "git fsck" on the server' });
}

/** More data than allowed. */
export function tooLargeError(what: string, maxBytes: number): FluxError {
  return new FluxError('git/too-large', `${what} is larger than the limit of ${maxBytes} bytes`, {
    hint: 'Move large files out of the repository, or raise the limit',
    details: { maxBytes },
    terminal: false,
  });
}

/** More things than allowed, however small each is. */
export function tooManyError(what: string, max: number): FluxError {
  return new FluxError('git/too-many', `${what}, and the limit is ${max}`, {
    hint: 'Split the repository, or name a branch or tag instead of a commit so that no history is fetched',
    details: { max },
  });
}

const TLS_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
]);

/**
 * Turns whatever a call to a remote threw into a `FluxError`: our own pass through, time-outs and cancellations are
 * told apart, TLS and socket failures get their code.
 *
 * Effects: none
 */
export function translateError(error: unknown, context: CallContext): FluxError {
  if (context.aborted()) return new FluxError('git/aborted', `talking to '${context.url}' was cancelled`, { cause: error });
  if (context.timedOut()) {
    return new FluxError('git/timeout', `'${context.url}' did not finish within ${context.timeoutMs} ms`, {
      hint: 'Check that the host can be reached from here, or allow more time (spec.timeout, --timeout)',
      cause: error,
    });
  }
  if (isFluxError(error)) return error;
  const code = codeOf(error);
  if (TLS_CODES.has(code) || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return new FluxError('git/tls-failed', `no trusted connection to '${context.url}': ${messageOf(error)}`, {
      hint: "Give the certificate authority of the server as 'ca.crt' of the Secret or with --ca-file",
      details: { reason: code },
      cause: error,
    });
  }
  return new FluxError('git/unreachable', `cannot reach '${context.url}': ${messageOf(error) || code}`, {
    hint: 'Check the host name, the port, and whether a proxy or firewall is between',
    details: code === '' ? {} : { reason: code },
    cause: error,
  });
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
