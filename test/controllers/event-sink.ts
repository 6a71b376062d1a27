import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as a Provider of the type generic gets it. */
export interface SentEvent {
  readonly involvedObject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly severity: string;
  readonly reason: string;
  readonly message: string;
}

/** Where events are sent to. */
export interface EventSink {
  readonly url: string;
  /** Those that came. */
  readonly events: SentEvent[];
  close(): Promise<void>;
}

/** Starts one on the loopback interface. */
export async function startEventSink(): Promise<EventSink> {
  const events: SentEvent[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      events.push(JSON.parse(body) as SentEvent);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    events,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
