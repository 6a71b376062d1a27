import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A plain server of files over HTTP, such as the ones that keep artifacts. */
export interface FileServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  urlOf(path: string): string;
  /** By path with a leading `/`; a number is a status to answer with. */
  readonly files: Map<string, Uint8Array | number>;
  /** Paths that were asked for so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts one on the loopback interface. */
export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, Uint8Array | number>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const file = files.get(path) ?? 404;
    if (typeof file === 'number') response.writeHead(file).end();
    else response.writeHead(200, { 'content-length': file.length }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    files,
    requests,
    urlOf: (path) => `http://${host}${path}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
