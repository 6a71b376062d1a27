import type { Readable } from 'node:stream';
import { openHttp1 } from './transport-http1.ts';
import { openHttp2 } from './transport-http2.ts';
import { openSocket, type SocketTarget } from './open-socket.ts';
import { unreachable } from './errors.ts';

/** One HTTP request; the path starts with `/` and may have a query. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** True where the answer never ends by itself (a watch). */
  readonly streaming?: boolean;
  readonly signal?: AbortSignal;
}

/** The head of an answer, and its body yet to be read. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; several of one name are joined. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** A way to one server. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

/**
 * Makes the way to one server. The protocol is settled with the first connection: HTTP/2 where the server offers it by ALPN,
 * else HTTP/1.1 with kept connections.
 *
 * Effects: none until the first request, then opens connections
 */
export function createTransport(target: SocketTarget): Transport {
  let opening: Promise<Transport> | undefined;
  let closed = false;

  async function open(): Promise<Transport> {
    if (target.url.protocol === 'http:') return openHttp1(target, undefined);
    const socket = await openSocket(target, ['h2', 'http/1.1']);
    return 'alpnProtocol' in socket && socket.alpnProtocol === 'h2' ? openHttp2(target, socket) : openHttp1(target, socket);
  }

  return {
    async send(request) {
      if (closed) throw unreachable(target.server, new Error('the client is closed'), 'connect');
      request.signal?.throwIfAborted();
      opening ??= open();
      const current = opening;
      let transport: Transport;
      try {
        transport = await current;
      } catch (error) {
        // The next request tries anew.
        if (opening === current) opening = undefined;
        throw error;
      }
      request.signal?.throwIfAborted();
      return await transport.send(request);
    },
    async close() {
      closed = true;
      const transport = await opening?.catch(() => undefined);
      await transport?.close();
    },
  };
}
