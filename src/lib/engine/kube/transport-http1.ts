import type { Agent, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { requestFailed } from './errors.ts';
import { loadBuiltin } from './load-builtin.ts';
import { openSocket, type SocketTarget } from './open-socket.ts';
import type { HttpResponse, Transport } from './transport.ts';

/** Connections for short requests; what is more waits its turn. */
const MAX_SOCKETS = 32;

/**
 * Speaks HTTP/1.1 over kept connections. Watches have connections of their own, so that they never starve short requests.
 *
 * Effects: opens connections
 *
 * @param first a connection that stands already, used first
 */
export function openHttp1(target: SocketTarget, first: Socket | undefined): Transport {
  const http = loadBuiltin('node:http');
  let spare = first;
  spare?.once('close', () => {
    spare = undefined;
  });

  async function hand(callback: ((error: Error | null, socket: Duplex) => void) | undefined): Promise<void> {
    try {
      callback?.(null, await openSocket(target, target.url.protocol === 'https:' ? ['http/1.1'] : []));
    } catch (error) {
      callback?.(error as Error, undefined as unknown as Duplex);
    }
  }

  function createAgent(maxSockets: number): Agent {
    const agent = new http.Agent({ keepAlive: true, maxSockets, scheduling: 'lifo' });
    agent.createConnection = (_options, callback) => {
      const socket = spare;
      spare = undefined;
      if (socket !== undefined) return socket as Duplex;
      void hand(callback);
      return undefined;
    };
    return agent;
  }

  const agents = { short: createAgent(MAX_SOCKETS), streaming: createAgent(Infinity) };

  return {
    async send(request) {
      return await new Promise<HttpResponse>((resolve, reject) => {
        const outgoing = http.request({
          agent: request.streaming ? agents.streaming : agents.short,
          host: target.url.hostname,
          port: target.url.port || (target.url.protocol === 'https:' ? 443 : 80),
          method: request.method,
          path: request.path,
          headers: {
            ...request.headers,
            host: target.url.host,
            ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
          },
        });
        let answer: IncomingMessage | undefined;
        // Once there is an answer, its reader must hear the reason.
        const abort = () => (answer ?? outgoing).destroy(request.signal?.reason as Error);
        request.signal?.addEventListener('abort', abort);
        outgoing.once('close', () => request.signal?.removeEventListener('abort', abort));
        outgoing.on('error', (error) => {
          reject(request.signal?.aborted ? (request.signal.reason as Error) : requestFailed(target.server, error));
        });
        outgoing.once('response', (incoming) => {
          answer = incoming;
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
        });
        outgoing.end(request.body);
      });
    },
    async close() {
      spare?.destroy();
      agents.short.destroy();
      agents.streaming.destroy();
    },
  };
}
