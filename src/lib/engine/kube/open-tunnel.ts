import type { Socket } from 'node:net';
import { loadBuiltin } from './load-builtin.ts';
import { openPlain, settle } from './open-socket.ts';

/** An answer to CONNECT that is longer than this is not one. */
const MAX_ANSWER_BYTES = 16_384;

/**
 * Opens a connection to a host through an HTTP(S) proxy (by CONNECT) or a SOCKS5 proxy.
 *
 * Effects: opens a connection
 *
 * Differs: Go sends requests to an `http://` server in absolute form; here they go through CONNECT too.
 *
 * @param proxy http, https, socks5 or socks5h; user and password in it are sent to the proxy
 * @throws {Error} the proxy cannot be reached or refuses; the message names the proxy without its credentials
 */
export async function openTunnel(proxy: URL, host: string, port: number, deadline: AbortSignal): Promise<Socket> {
  const shown = `${proxy.protocol}//${proxy.host}`;
  const proxyHost = proxy.hostname.replace(/^\[|\]$/g, '');
  const socks = proxy.protocol === 'socks5:' || proxy.protocol === 'socks5h:';
  if (!socks && proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new Error(`proxy ${shown} is of a kind that is not supported: want http, https or socks5`);
  }
  const proxyPort = Number(proxy.port || (socks ? 1080 : proxy.protocol === 'https:' ? 443 : 80));
  let socket: Socket;
  try {
    socket = await openPlain(proxyHost, proxyPort, deadline);
    if (proxy.protocol === 'https:') {
      const { isIP } = loadBuiltin('node:net');
      const name = isIP(proxyHost) === 0 ? { servername: proxyHost } : {};
      socket = await settle(loadBuiltin('node:tls').connect({ socket, host: proxyHost, ...name }), 'secureConnect', deadline);
    }
  } catch (cause) {
    throw Object.assign(new Error(`cannot reach proxy ${shown}: ${(cause as Error).message}`, { cause }), {
      code: (cause as { code?: string }).code,
    });
  }
  const abort = () => socket.destroy(deadline.reason as Error);
  deadline.addEventListener('abort', abort);
  try {
    if (socks) await talkSocks5(socket, proxy, host, port);
    else await talkConnect(socket, proxy, host, port);
    return socket;
  } catch (cause) {
    socket.destroy();
    throw new Error(`proxy ${shown} refused the connection to ${host}:${port}: ${(cause as Error).message}`, { cause });
  } finally {
    deadline.removeEventListener('abort', abort);
  }
}

async function talkConnect(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const user = credentialsOf(proxy);
  const authorization =
    user === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}\r\n`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`);
  const answer = await readUntil(socket, (bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    return end < 0 ? undefined : end + 4;
  });
  const [statusLine = ''] = answer.toString('latin1').split('\r\n');
  if (!/^HTTP\/1\.[01] 2\d\d/.test(statusLine)) throw new Error(`it answered "${statusLine}"`);
}

/** RFC 1928 and 1929; names are resolved by the proxy. */
async function talkSocks5(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const user = credentialsOf(proxy);
  socket.write(Buffer.from(user === undefined ? [5, 1, 0] : [5, 2, 0, 2]));
  const method = (await readUntil(socket, atLeast(2)))[1];
  if (method === 2 && user !== undefined) {
    const name = Buffer.from(user.name);
    const password = Buffer.from(user.password);
    socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]));
    if ((await readUntil(socket, atLeast(2)))[1] !== 0) throw new Error('it refused user and password');
  } else if (method !== 0) {
    throw new Error('it wants an authentication that was not given');
  }
  const name = Buffer.from(host);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]));
  const answer = await readUntil(socket, (bytes) => {
    if (bytes.length < 5) return undefined;
    const addressBytes = bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : 1 + (bytes[4] ?? 0);
    return bytes.length < 6 + addressBytes ? undefined : 6 + addressBytes;
  });
  if (answer[1] !== 0) throw new Error(`it answered with SOCKS error ${answer[1]}`);
}

function credentialsOf(proxy: URL): { name: string; password: string } | undefined {
  if (proxy.username === '') return undefined;
  return { name: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
}

function atLeast(size: number): (bytes: Buffer) => number | undefined {
  return (bytes) => (bytes.length >= size ? size : undefined);
}

/** Reads from a socket until the bytes are complete; what is beyond goes back. */
async function readUntil(socket: Socket, complete: (bytes: Buffer) => number | undefined): Promise<Buffer> {
  return await new Promise<Buffer>((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const done = () => socket.off('readable', read).off('error', fail).off('end', ended).off('close', ended);
    const fail = (error: Error) => {
      done();
      reject(error);
    };
    const ended = () => fail(new Error('it closed the connection'));
    const read = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        bytes = Buffer.concat([bytes, chunk]);
        const size = complete(bytes);
        if (size !== undefined) {
          done();
          if (bytes.length > size) socket.unshift(bytes.subarray(size));
          resolve(bytes.subarray(0, size));
          return;
        }
        if (bytes.length > MAX_ANSWER_BYTES) return fail(new Error('its answer makes no sense'));
      }
    };
    socket.on('readable', read).once('error', fail).once('end', ended).once('close', ended);
  });
}
