import { Buffer } from 'node:buffer';

import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import type { DownloadPorts, GetAnswer } from './types.ts';

/** How something is downloaded. */
export interface DownloadOptions {
  readonly maxBytes: number;
  /** How long one try may take. */
  readonly timeoutMs: number;
  /** Hears how much is here, and of how much where that is known. */
  readonly onBytes?: (bytes: number, total: number | undefined) => void;
}

/** Waits before the tries that follow the first: as many as upstream has. */
const WAITS_MS: readonly number[] = [1_000, 2_000, 4_000];
/** As Go's client has it. */
const MAX_REDIRECTS = 10;
/** What will not be there in a second either. */
const LASTING =
  /^(?:ENOTFOUND|ECONNREFUSED|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|ERR_TLS_.*|ERR_SSL_.*|EPROTO)$/;

/**
 * Downloads what a URL gives, over http or https. What may pass (no connection, 429, 5xx) is tried three times more.
 *
 * Effects: those of the ports
 * Source: fluxcd/flux2 internal/plugin/catalog.go newHTTPClient
 * Differs: no redirect leads from https to http; a host without a name or a listener is not tried again
 *
 * @throws {FluxError} plugin/bad-url, plugin/unreachable, plugin/http-status, plugin/too-large; the signal's reason
 */
export async function download(address: string, ports: DownloadPorts, options: DownloadOptions): Promise<Buffer> {
  const url = parseUrl(address);
  for (let failures = 0; ; failures++) {
    try {
      return await downloadOnce(url, ports, options);
    } catch (error) {
      ports.signal?.throwIfAborted();
      const waitMs = WAITS_MS[failures];
      if (waitMs === undefined || !isPassing(error)) throw error;
      await ports.sleep(waitMs, ports.signal);
    }
  }
}

function parseUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new FluxError('plugin/bad-url', `${JSON.stringify(address)} is no URL that something can be downloaded from`, {
    hint: 'it has to begin with https:// or http://',
  });
}

async function downloadOnce(first: URL, { get, signal }: DownloadPorts, options: DownloadOptions): Promise<Buffer> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let url = first;
  try {
    for (let redirects = 0; ; redirects++) {
      const answer = await get(url, either);
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status > 399 || location === undefined) return await readAnswer(url, answer, options);
      answer.discard();
      if (redirects === MAX_REDIRECTS) throw badRedirect(url, `there are more than ${MAX_REDIRECTS} redirects`);
      if (!URL.canParse(location, url.href)) throw badRedirect(url, `${JSON.stringify(location)} is no URL`);
      const next = new URL(location, url);
      if (next.protocol !== 'https:' && next.protocol !== url.protocol) throw badRedirect(url, `${next.protocol} is not as safe`);
      url = next;
    }
  } catch (error) {
    if (isFluxError(error)) throw error;
    const why = timeout.aborted
      ? `there was no end of it after ${options.timeoutMs / 1000} s`
      : messageOf(error) || codeOf(error);
    throw new FluxError('plugin/unreachable', `${shown(url)} cannot be read: ${why}`, {
      hint: 'check the address, the network and HTTPS_PROXY',
      details: { isPassing: !timeout.aborted && !LASTING.test(codeOf(error)) },
      cause: error,
    });
  }
}

async function readAnswer(url: URL, answer: GetAnswer, { maxBytes, onBytes }: DownloadOptions): Promise<Buffer> {
  const { status, headers, body } = answer;
  if (status !== 200) {
    answer.discard();
    throw new FluxError('plugin/http-status', `GET ${shown(url)} was answered with status ${status}`, {
      hint: 'see whether the address is right, and what that server says',
      details: { status },
    });
  }
  const length = Number(headers['content-length']);
  const total = Number.isSafeInteger(length) && length > 0 ? length : undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > maxBytes) {
      answer.discard();
      throw new FluxError('plugin/too-large', `what ${shown(url)} gives has more than the limit of ${maxBytes} bytes`, {
        hint: 'see whether the address is right',
        details: { maxBytes },
      });
    }
    pieces.push(piece);
    onBytes?.(size, total);
  }
  return Buffer.concat(pieces, size);
}

function badRedirect(url: URL, why: string): FluxError {
  return new FluxError('plugin/bad-url', `${shown(url)} redirects to where is not followed: ${why}`, {
    hint: 'see whether the address is right',
  });
}

function isPassing(error: unknown): boolean {
  if (isFluxError(error, 'plugin/unreachable')) return error.details?.['isPassing'] === true;
  if (!isFluxError(error, 'plugin/http-status')) return false;
  const status = Number(error.details?.['status']);
  return status === 429 || (status >= 500 && status !== 501);
}

/** The URL without what may be a login: user information, and the query, in which stores sign what they redirect to. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
