import { readFileSync } from 'node:fs';
import { LOOPBACK } from './flags.ts';
import type { Layout } from './layout.ts';
import type { State } from './state.ts';

/** Reads paths of a control plane's own API. */
export interface AdminConnection {
  /** The status and the body of a GET; status 0 where nothing answers. */
  read(path: string): Promise<{ readonly status: number; readonly body: string }>;
  close(): void;
}

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Opens a connection to the API server as the sandbox's administrator. It serves the readiness checks only; work on
 * objects is the business of `engine/kube`.
 *
 * Effects: network, on loopback
 */
export async function connectAdmin(layout: Layout, state: State): Promise<AdminConnection> {
  const https = await import('node:https');
  const agent = new https.Agent({ keepAlive: true, maxSockets: 4 });
  const credentials = {
    ca: readFileSync(layout.certificate('ca')),
    cert: readFileSync(layout.certificate('admin')),
    key: readFileSync(layout.key('admin')),
  };
  return {
    read: (path) =>
      new Promise((resolve) => {
        const call = https.get(
          { host: LOOPBACK, port: state.ports.apiserver, path, agent, timeout: REQUEST_TIMEOUT_MS, ...credentials },
          (response) => {
            let body = '';
            response.setEncoding('utf8');
            response.on('data', (chunk: string) => {
              body += chunk;
            });
            response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
            response.on('error', () => resolve({ status: 0, body: '' }));
          },
        );
        call.on('timeout', () => call.destroy());
        call.on('error', () => resolve({ status: 0, body: '' }));
      }),
    close: () => agent.destroy(),
  };
}
