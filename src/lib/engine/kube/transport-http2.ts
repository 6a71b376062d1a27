import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { requestFailed } from './errors.ts';
import { loadBuiltin } from './load-builtin.ts';
import { openSocket, type SocketTarget } from './open-socket.ts';
import type { HttpRequest, HttpResponse, Transport } from './transport.ts';

/** How often a connection in use is asked whether it lives, and how long it may take to say so; as client-go. */
const PING_INTERVAL_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;

/** Node's own 64 KiB lets a long list wait for the network again and again. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_WINDOW_BYTES = 16 * 1024 * 1024;

/** What most API servers allow at once; used until the server has said its own number. */
const DEFAULT_MAX_STREAMS = 100;

interface Session {
  readonly http2: ClientHttp2Session;
  /** Requests under way, and how many of them are watches. */
  active: number;
  streaming: number;
  /** True once it takes no more requests. */
  gone: boolean;
  /** Resolves once the server has said how many streams it allows, or the connection has ended. */
  readonly settled: Promise<void>;
}

/**
 * Speaks HTTP/2: all requests share one connection, and a new one is opened when it dies, when the server sends it away, or when
 * watches fill half of it.
 *
 * Effects: opens connections
 *
 * @param first a connection that stands already
 */
export function openHttp2(target: SocketTarget, first: Socket): Transport {
  const http2 = loadBuiltin('node:http2');
  const sessions: Session[] = [adopt(first)];
  let opening: Promise<void> | undefined;

  function adopt(socket: Socket): Session {
    const connected = http2.connect(target.url.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    });
    const settled = new Promise<void>((resolve) => {
      connected.once('remoteSettings', () => resolve()).once('close', resolve);
    });
    const session: Session = { http2: connected, active: 0, streaming: 0, gone: false, settled };
    connected.once('connect', () => connected.setLocalWindowSize(SESSION_WINDOW_BYTES));
    connected.once('goaway', () => retire(session));
    connected.once('close', () => retire(session));
    // The streams get the error too, and tell those who wait.
    connected.on('error', () => retire(session));
    startPings(session);
    // A connection at rest must not keep the process alive.
    connected.unref();
    return session;
  }

  function retire(session: Session): void {
    session.gone = true;
    const index = sessions.indexOf(session);
    if (index >= 0) sessions.splice(index, 1);
  }

  /** Gives a connection with a place free, and takes the place at once: others ask before the request is under way. */
  async function reserve(streaming: boolean): Promise<Session> {
    for (;;) {
      if (streaming) await Promise.all(sessions.map(async (session) => await session.settled));
      const free = sessions.find((session) => hasPlace(session, streaming));
      if (free !== undefined) {
        if (streaming) free.streaming++;
        return free;
      }
      opening ??= openSocket(target, ['h2'])
        .then((socket) => {
          sessions.push(adopt(socket));
        })
        .finally(() => {
          opening = undefined;
        });
      await opening;
    }
  }

  return {
    async send(request) {
      const session = await reserve(request.streaming === true);
      return await exchange(session, target, request);
    },
    async close() {
      for (const session of sessions.splice(0)) session.http2.destroy();
    },
  };
}

/** Short requests wait their turn within a connection; watches, which never end, take only half of its places. */
function hasPlace(session: Session, streaming: boolean): boolean {
  if (session.gone || session.http2.closed || session.http2.destroyed) return false;
  const limit = session.http2.remoteSettings?.maxConcurrentStreams ?? DEFAULT_MAX_STREAMS;
  return !streaming || session.streaming < Math.max(1, Math.min(limit, DEFAULT_MAX_STREAMS) / 2);
}

async function exchange(session: Session, target: SocketTarget, request: HttpRequest): Promise<HttpResponse> {
  return await new Promise<HttpResponse>((resolve, reject) => {
    let stream: ClientHttp2Stream;
    try {
      request.signal?.throwIfAborted();
      stream = session.http2.request(
        {
          ...request.headers,
          ':method': request.method,
          ':path': request.path,
          ':authority': target.url.host,
          ':scheme': 'https',
        },
        { endStream: request.body === undefined },
      );
    } catch (error) {
      if (request.streaming) session.streaming--;
      reject(request.signal?.aborted ? (request.signal.reason as Error) : requestFailed(target.server, error));
      return;
    }
    if (session.active++ === 0) session.http2.ref();
    let answered = false;
    const abort = () => stream.destroy(request.signal?.reason as Error);
    request.signal?.addEventListener('abort', abort);
    stream.once('close', () => {
      request.signal?.removeEventListener('abort', abort);
      if (request.streaming) session.streaming--;
      if (--session.active === 0 && !session.http2.destroyed) session.http2.unref();
      if (!answered) {
        reject(requestFailed(target.server, resetError(stream.rstCode)));
      }
    });
    stream.on('error', (error) => {
      if (!answered) reject(request.signal?.aborted ? (request.signal.reason as Error) : requestFailed(target.server, error));
    });
    stream.once('response', (headers: IncomingHttpHeaders & { ':status'?: number }) => {
      answered = true;
      resolve({ status: headers[':status'] ?? 0, headers, body: stream });
    });
    if (request.body !== undefined) stream.end(request.body);
  });
}

function resetError(code: number): Error {
  const refused = code === 7;
  return Object.assign(new Error(refused ? 'the server refused the stream' : 'the connection was lost before an answer'), {
    code: refused ? 'ERR_HTTP2_REFUSED_STREAM' : 'ECONNRESET',
  });
}

/** Asks a connection in use whether the other side lives, and ends it where no answer comes. */
function startPings(session: Session): void {
  const timer = setInterval(() => {
    if (session.active === 0 || session.http2.destroyed || session.http2.connecting) return;
    const late = setTimeout(() => {
      session.http2.destroy(Object.assign(new Error('the server stopped answering'), { code: 'ETIMEDOUT' }));
    }, PING_TIMEOUT_MS);
    const sent = session.http2.ping(() => clearTimeout(late));
    if (!sent) clearTimeout(late);
  }, PING_INTERVAL_MS);
  timer.unref();
  session.http2.once('close', () => clearInterval(timer));
}
