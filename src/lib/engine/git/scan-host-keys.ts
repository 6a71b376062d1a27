import { Buffer } from 'node:buffer';

import { DEFAULT_SSH_USER } from './constants.ts';
import { translateError } from './errors.ts';
import { formatHostPattern, keyTypeOf } from './known-hosts.ts';
import { selectHostKeyAlgorithms } from './transport/connect-ssh.ts';

/** Options of a scan. */
export interface ScanOptions {
  /** Default 30 s, as upstream. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks an SSH server for its key and gives it as the text of a known_hosts file.
 *
 * One connection, so one key: the first kind of ours that the server has, the curves before ed25519 before rsa. What
 * comes is believed; the caller shows it to the user.
 *
 * Effects: opens a connection
 * Source: fluxcd/pkg ssh/host_key.go ScanHostKey
 *
 * @throws {FluxError} git/unreachable, git/timeout, git/aborted
 */
export async function scanHostKeys(host: string, port: number, options: ScanOptions = {}): Promise<string> {
  const { Client } = (await import('ssh2')).default;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const client = new Client();
  let key: Buffer | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      client.once('close', () => (key === undefined ? reject(new Error('the SSH server closed the connection')) : resolve()));
      client.on('error', (error) => (key === undefined ? reject(error) : resolve()));
      client.connect({
        host,
        port,
        username: DEFAULT_SSH_USER,
        algorithms: { serverHostKey: selectHostKeyAlgorithms([]) },
        readyTimeout: 0,
        hostVerifier: (shown: Buffer) => {
          key = Buffer.from(shown);
          return false;
        },
      });
    });
  } catch (error) {
    throw translateError(error, {
      url: `ssh://${formatHostPattern(host, port)}`,
      timeoutMs,
      timedOut: () => timeout.aborted,
      aborted: () => options.signal?.aborted ?? false,
    });
  } finally {
    client.destroy();
  }
  return key === undefined ? '' : `${formatHostPattern(host, port)} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}
