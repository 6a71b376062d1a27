import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { unreachable } from './errors.ts';
import { loadBuiltin } from './load-builtin.ts';
import { openTunnel } from './open-tunnel.ts';

/** How long a connection may take to stand; client-go waits 30 s for the address and 10 s for TLS. */
const CONNECT_TIMEOUT_MS = 30_000;

/** What is needed to open a socket to the server. */
export interface SocketTarget {
  /** The server's URL as messages show it. */
  readonly server: string;
  readonly url: URL;
  /** The proxy on the way; absent means none. */
  readonly proxy?: string;
  readonly certificateAuthority?: string;
  readonly insecureSkipTlsVerify: boolean;
  /** The name that the server's certificate must have, where it is not the URL's. */
  readonly serverName?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/**
 * Opens a socket to the server, through its proxy and with TLS as the target says.
 *
 * Effects: opens a connection
 *
 * @param protocols what to offer by ALPN; empty means nothing
 * @throws {FluxError} kube/unreachable: no connection, or one that is not to be trusted
 */
export async function openSocket(target: SocketTarget, protocols: readonly string[]): Promise<Socket | TLSSocket> {
  const deadline = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  try {
    return await openOnce(target, protocols, deadline, target.certificateAuthority);
  } catch (cause) {
    if (!isUnknownAuthority(cause) || target.certificateAuthority !== undefined || deadline.aborted) {
      throw unreachable(target.server, deadline.aborted ? new Error('no answer in 30 s', { cause }) : cause, 'connect');
    }
  }
  // kubectl trusts the system's authorities too; reading them takes half a second, so only where Node's own do not do.
  try {
    const tls = loadBuiltin('node:tls');
    const authorities = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
    return await openOnce(target, protocols, deadline, authorities);
  } catch (cause) {
    throw unreachable(target.server, deadline.aborted ? new Error('no answer in 30 s', { cause }) : cause, 'connect');
  }
}

async function openOnce(
  target: SocketTarget,
  protocols: readonly string[],
  deadline: AbortSignal,
  authority: string | string[] | undefined,
): Promise<Socket | TLSSocket> {
  const { url } = target;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const plain =
    target.proxy === undefined
      ? await openPlain(host, port, deadline)
      : await openTunnel(new URL(target.proxy), host, port, deadline);
  plain.setNoDelay(true);
  plain.setKeepAlive(true, 30_000);
  return url.protocol === 'http:' ? plain : await openTls(plain, host, target, protocols, deadline, authority);
}

function isUnknownAuthority(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code;
  return typeof code === 'string' && /^(?:UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO)/.test(code);
}

/** Opens a TCP connection. */
export async function openPlain(host: string, port: number, deadline: AbortSignal): Promise<Socket> {
  const { connect } = loadBuiltin('node:net');
  return await settle(connect({ host, port }), 'connect', deadline);
}

/** Waits until a socket stands, and destroys it where it does not in time. */
export async function settle<T extends Socket>(socket: T, event: 'connect' | 'secureConnect', deadline: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const fail = (error: Error) => {
      done();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const late = () => fail(deadline.reason as Error);
    const ended = () => fail(Object.assign(new Error('the other side closed the connection'), { code: 'ECONNRESET' }));
    const ready = () => {
      done();
      resolve(socket);
    };
    const done = () => {
      socket.off('error', fail).off(event, ready).off('close', ended);
      deadline.removeEventListener('abort', late);
    };
    socket.once('error', fail).once(event, ready).once('close', ended);
    deadline.addEventListener('abort', late);
    if (deadline.aborted) late();
  });
}

async function openTls(
  socket: Socket,
  host: string,
  target: SocketTarget,
  protocols: readonly string[],
  deadline: AbortSignal,
  authority: string | string[] | undefined,
): Promise<TLSSocket> {
  const tls = loadBuiltin('node:tls');
  const { isIP } = loadBuiltin('node:net');
  const serverName = target.serverName ?? (isIP(host) === 0 ? host : undefined);
  const secure = tls.connect({
    socket,
    host: target.serverName ?? host,
    rejectUnauthorized: !target.insecureSkipTlsVerify,
    minVersion: 'TLSv1.2',
    ...(authority === undefined ? {} : { ca: authority }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
    ...(target.clientCertificate === undefined ? {} : { cert: target.clientCertificate }),
    ...(target.clientKey === undefined ? {} : { key: target.clientKey }),
  });
  const standing = settle(secure, 'secureConnect', deadline);
  // The server is at work now, and this process is not: what will be spoken is loaded meanwhile.
  if (protocols.includes('h2')) setImmediate(() => void loadBuiltin('node:http2'));
  return await standing;
}
