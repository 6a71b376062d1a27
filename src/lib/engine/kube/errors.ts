import { type ErrorCode, FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/json.ts';
import type { ObjectRef } from '../../core/objects.ts';

/** How far a request got before its connection failed: not at all, refused unseen by the server, or unknown. */
export type FailurePhase = 'connect' | 'refused' | 'reset';

/** One cause in a Status that the server sent. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** What `details` of an error holds that the server answered. */
export interface StatusDetails extends Record<string, unknown> {
  readonly status: number;
  readonly reason: string;
  readonly causes?: readonly StatusCause[];
}

/**
 * The error of a server that cannot be reached or not be trusted.
 *
 * Effects: none
 *
 * @param server URL without credentials
 * @param phase how far the request got
 */
export function unreachable(server: string, cause: unknown, phase: FailurePhase): FluxError {
  if (isFluxError(cause)) return cause;
  const code = rootCode(cause);
  return new FluxError('kube/unreachable', `cannot reach the API server at ${server}: ${describeCause(cause)}`, {
    hint: hintFor(code, server),
    details: { server, phase, ...(code === undefined ? {} : { cause: code }) },
    cause,
  });
}

/** The error of a request whose connection failed under way. */
export function requestFailed(server: string, cause: unknown): FluxError {
  const code = rootCode(cause);
  const refused =
    code === 'ERR_HTTP2_REFUSED_STREAM' ||
    code === 'ERR_HTTP2_GOAWAY_SESSION' ||
    code === 'ERR_HTTP2_INVALID_SESSION' ||
    /REFUSED_STREAM/.test(messageOf(cause));
  return unreachable(server, cause, refused ? 'refused' : 'reset');
}

/** The error of a request that took longer than it may. */
export function timedOut(server: string, timeoutMs: number, subject?: ObjectRef): FluxError {
  return new FluxError('kube/timeout', `the API server at ${server} gave no answer within ${timeoutMs / 1000}s`, {
    hint: 'try again, or allow more time with --timeout',
    details: { status: 0, reason: 'ClientTimeout' },
    ...(subject === undefined ? {} : { subject }),
  });
}

/**
 * Translates an answer that is not a success.
 *
 * Effects: none
 *
 * @param body as it came; a `Status` where the API server itself answered, anything where a proxy did
 * @param what the request, such as `GET /api/v1/pods`, for answers without a message
 * @param subject the object concerned; of a Secret no value gets into the message
 */
export function translateStatus(status: number, body: string, what: string, subject?: ObjectRef): FluxError {
  const answer = readStatus(body);
  const reason = typeof answer?.['reason'] === 'string' ? answer['reason'] : '';
  const code = codeOf(status, reason);
  const causes = causesOf(answer, subject?.kind === 'Secret');
  const text = typeof answer?.['message'] === 'string' ? answer['message'] : plainText(body);
  const message = text === '' ? `the API server answered ${what} with status ${status}` : text;
  const hint =
    (REFUSED_BY_ADMISSION.test(message) ? ADMISSION_HINT : HINTS[code]) ??
    (/HTTP request to an HTTPS server/.test(message) ? 'write the server as https://HOST:PORT' : undefined);
  return new FluxError(code, subject?.kind === 'Secret' ? hideValues(message) : message, {
    ...(hint === undefined ? {} : { hint }),
    ...(subject === undefined ? {} : { subject }),
    details: { status, reason, ...(causes.length === 0 ? {} : { causes }) } satisfies StatusDetails,
  });
}

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'kube/unauthorized': 'log in again, or give other credentials with --context, --token or --kubeconfig',
  'kube/forbidden': 'ask for a role that grants this; `kubectl auth can-i --list` shows what is granted',
  'kube/invalid': 'correct the fields that the message names',
  'kube/too-many-requests': 'the server is overloaded; try again later',
};

/** What admission says no to has passed authorization: no role would help. */
const REFUSED_BY_ADMISSION = /\bdenied (?:the )?request\b|\bexceeded quota: |\bviolates PodSecurity\b/;
const ADMISSION_HINT = 'a policy of the cluster refuses this, whatever the role; change the object as the message says';

function codeOf(status: number, reason: string): ErrorCode {
  switch (status) {
    case 401:
      return 'kube/unauthorized';
    case 403:
      return 'kube/forbidden';
    case 404:
      return 'kube/not-found';
    case 409:
      return reason === 'AlreadyExists' ? 'kube/already-exists' : 'kube/conflict';
    case 410:
      return 'kube/gone';
    case 422:
      return 'kube/invalid';
    case 429:
      return 'kube/too-many-requests';
    case 408:
    case 504:
      return 'kube/timeout';
    default:
      return reason === 'Timeout' || reason === 'ServerTimeout' ? 'kube/timeout' : 'kube/server-error';
  }
}

function readStatus(body: string): JsonObject | undefined {
  try {
    const value: JsonValue = parseJson(body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function causesOf(answer: JsonObject | undefined, secret: boolean): StatusCause[] {
  const details = answer?.['details'];
  const causes = isJsonObject(details) ? details['causes'] : undefined;
  if (!Array.isArray(causes)) return [];
  return causes.filter(isJsonObject).map((cause) => ({
    ...(typeof cause['reason'] === 'string' ? { reason: cause['reason'] } : {}),
    ...(typeof cause['message'] === 'string' ? { message: secret ? hideValues(cause['message']) : cause['message'] } : {}),
    ...(typeof cause['field'] === 'string' ? { field: cause['field'] } : {}),
  }));
}

/** An answer that is not JSON, in one line; a whole page of HTML says nothing. */
function plainText(body: string): string {
  if (/^\s*</.test(body)) return '';
  return body
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .slice(0, 500);
}

/** The server quotes what it refuses: of a Secret that is the secret. */
function hideValues(message: string): string {
  return message
    .replace(/(Invalid value:\s*)(?:"(?:[^"\\]|\\.)*"|[^:]*)/g, '$1***')
    .replace(/(got\s+)&?value\.[^\n]*/g, '$1***')
    .replace(/(unrecognized|illegal|invalid)([^:]*:\s*)"(?:[^"\\]|\\.)*"/gi, '$1$2***');
}

/** The code of the innermost system error. */
function rootCode(cause: unknown): string | undefined {
  let code: string | undefined;
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (error instanceof AggregateError && error.errors.length > 0) return rootCode(error.errors[0]) ?? code;
    const own = (error as { code?: unknown }).code;
    if (typeof own === 'string') code ??= own;
  }
  return code;
}

function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '' && cause.errors.length > 0) {
    return [...new Set(cause.errors.map(messageOf))].join('; ');
  }
  // Node adds advice about its own flags, which nobody who runs a packed tool can follow.
  return messageOf(cause).replace(/; if the root CA is installed locally.*$/s, '');
}

function hintFor(code: string | undefined, server: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return server === 'http://localhost:8080'
        ? 'no kubeconfig was found: set KUBECONFIG, or give one with --kubeconfig'
        : 'check that the cluster runs and that the server in the kubeconfig is right';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return "check the server's name in the kubeconfig, and this machine's network";
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
      return "give the cluster's authority with --certificate-authority, or in the kubeconfig";
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return "renew the server's certificate, and check this machine's clock";
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return "use a name that the server's certificate has, or give it with --tls-server-name";
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return 'the server seems not to speak TLS there: check scheme and port';
    default:
      return "check the server in the kubeconfig, this machine's network and its proxy settings";
  }
}
