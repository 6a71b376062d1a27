import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_MS } from './constants.ts';
import { translateError } from './errors.ts';
import { parseRemoteUrl } from './parse-remote-url.ts';
import type { Service, Session } from './transport/types.ts';
import type { FetchOptions, Remote } from './types.ts';
import { type Advertisement, readAdvertisement } from './wire/read-advertisement.ts';

/** A conversation whose first part, the list of references, has been read. */
export interface OpenSession {
  readonly session: Session;
  readonly advertisement: Advertisement;
  readonly maxBytes: number;
}

/**
 * Opens a conversation with a remote, runs something with it, and closes it whatever happens. The time limit and the
 * caller's signal cover all of it, and every failure leaves as a `FluxError`.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} git/invalid-url, git/invalid-auth, git/timeout, git/aborted, git/unreachable, git/tls-failed, and
 * what the transports throw
 */
export async function withSession<T>(
  remote: Remote,
  service: Service,
  options: FetchOptions,
  run: (open: OpenSession) => Promise<T>,
): Promise<T> {
  const url = parseRemoteUrl(remote.url);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  let session: Session | undefined;
  const close = () => session?.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    session = await open(remote, url.scheme, service, { signal, maxBytes });
    const advertisement = await readAdvertisement(session.advertisement);
    return await run({ session, advertisement, maxBytes });
  } catch (error) {
    throw translateError(error, {
      url: url.display,
      timeoutMs,
      timedOut: () => timeout.aborted,
      aborted: () => options.signal?.aborted ?? false,
    });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

async function open(
  remote: Remote,
  scheme: 'http' | 'https' | 'ssh',
  service: Service,
  options: { signal: AbortSignal; maxBytes: number },
): Promise<Session> {
  if (scheme === 'ssh') {
    const { openSshSession } = await import('./transport/open-ssh-session.ts');
    return openSshSession(remote, service, options);
  }
  const { openHttpSession } = await import('./transport/open-http-session.ts');
  return openHttpSession(remote, service, options);
}
