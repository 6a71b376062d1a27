import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { FluxError } from '../../core/errors.ts';
import { LOOPBACK } from './flags.ts';

// Below the range from which systems take the ports of outgoing connections (32768 on Linux, 49152 on macOS): a port that
// is free while its server is down for a moment shall still be free when it comes back.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 200;

/**
 * Finds TCP ports that are free on 127.0.0.1 at this moment. Another process may take them before the caller does, so the
 * caller has to be ready to ask again.
 *
 * Effects: listens on each port for a moment
 *
 * @throws {FluxError} controlplane/no-free-port: none was found
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS && ports.size < count; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (!ports.has(port) && (await isFreePort(port))) ports.add(port);
  }
  if (ports.size < count) {
    throw new FluxError('controlplane/no-free-port', `no free port on ${LOOPBACK} between ${FIRST_PORT} and ${LAST_PORT}`, {
      hint: 'end programs that listen on many ports, or flux-ts sandbox list to see forgotten sandboxes',
    });
  }
  return [...ports];
}

/** Tells whether a port can be listened on at this moment. */
export function isFreePort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
