import { Buffer } from 'node:buffer';

import { FluxError, isFluxError } from '../../core/errors.ts';
import { DEFAULT_MAX_BYTES } from './constants.ts';
import { checkDigest } from './digest.ts';
import type { FetchArtifactOptions, OpenUrl } from './types.ts';

/** Waits before the tries that follow the first. */
const RETRY_WAITS_MS: readonly number[] = [500, 1_000, 2_000, 4_000];
/** How long one try may take. */
const DEFAULT_TIMEOUT_MS = 300_000;

/**
 * Downloads an artifact and checks its digest. What may pass (no connection, 429, 5xx) is tried again a few times.
 *
 * Effects: those of `open`
 * Source: fluxcd/pkg http/fetch/archive_fetcher.go
 * Differs: there is a limit; four tries more within 8 s, where the controllers have nine within minutes; other bytes than the
 * digest says are not tried again
 *
 * @throws {FluxError} artifact/not-found, artifact/unreachable, artifact/http-status, artifact/too-large,
 * artifact/digest-mismatch, artifact/invalid-digest; the signal's reason
 */
export async function fetchArtifact(url: string, open: OpenUrl, options: FetchArtifactOptions): Promise<Uint8Array> {
  const { signal } = options;
  for (let failures = 0; ; failures++) {
    try {
      const bytes = await download(url, open, options);
      checkDigest(bytes, options.digest);
      return bytes;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      const waitMs = RETRY_WAITS_MS[failures];
      if (waitMs === undefined || !isPassing(error)) throw error;
      await options.sleep(waitMs, signal);
    }
  }
}

async function download(url: string, open: OpenUrl, options: FetchArtifactOptions): Promise<Uint8Array> {
  const { maxBytes = DEFAULT_MAX_BYTES, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of await open(url, either)) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge(url, maxBytes);
      pieces.push(piece);
    }
  } catch (error) {
    if (isFluxError(error)) throw error;
    const why = timeout.aborted ? `there was no end of it after ${timeoutMs / 1000} s` : reasonOf(error);
    throw unreachable(url, why, error, !timeout.aborted);
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

/**
 * Opens a URL over HTTP.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} artifact/invalid-url, artifact/not-found, artifact/unreachable, artifact/http-status
 */
export async function openUrl(url: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const { protocol, username } = URL.canParse(url) ? new URL(url) : { protocol: '', username: '' };
  if ((protocol !== 'http:' && protocol !== 'https:') || username !== '') {
    throw new FluxError('artifact/invalid-url', `'${url}' is not a URL that an artifact can be fetched from`, {
      hint: 'Whoever keeps the source has to write an http or https URL without a login',
    });
  }
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    // A host without a name will not have one in a second.
    throw unreachable(url, reasonOf(error), error, codeOf(error) !== 'ENOTFOUND');
  }
  if (response.ok && response.body !== null) return response.body;
  await response.body?.cancel();
  if (response.status === 404) throw notFound(url);
  throw new FluxError('artifact/http-status', `GET ${url} was answered with status ${response.status}`, {
    hint: 'See what the server of the artifact says, and whether something stands in between',
    details: { status: response.status },
  });
}

/** The error for an artifact that is not where its URL says. */
export function notFound(url: string): FluxError {
  return new FluxError('artifact/not-found', `there is nothing at ${url}`, {
    hint: 'Whoever keeps the source has to store it again: reconcile the source',
  });
}

/** The error for a server of artifacts that cannot be reached; `isPassing` says whether another try may help. */
export function unreachable(url: string, why: string, cause: unknown, isPassing: boolean): FluxError {
  return new FluxError('artifact/unreachable', `${url} cannot be read: ${why}`, {
    hint: 'See whether the controller that keeps the source runs, and whether its address can be reached from here',
    details: { isPassing },
    cause,
  });
}

function tooLarge(url: string, maxBytes: number): FluxError {
  return new FluxError('artifact/too-large', `the artifact at ${url} has more than the limit of ${maxBytes} bytes`, {
    hint: 'Leave large files out with .sourceignore or spec.ignore of the source',
    details: { maxBytes },
  });
}

function isPassing(error: unknown): boolean {
  if (isFluxError(error, 'artifact/unreachable')) return error.details?.['isPassing'] === true;
  if (!isFluxError(error, 'artifact/http-status')) return false;
  const status = Number(error.details?.['status']);
  return status === 429 || status >= 500;
}

/** Node's `fetch` hides what happened in the cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  return inner.message === '' ? (codeOf(error) ?? inner.name) : inner.message;
}

function codeOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
