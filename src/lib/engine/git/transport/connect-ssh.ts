import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { AuthHandlerMiddleware, ClientChannel, PublicKeyAuthMethod, Client as SshClient } from 'ssh2';

import { FluxError, messageOf } from '../../../core/errors.ts';
import { formatFingerprint, judgeHostKey, type KnownHost, keyTypeOf, parseKnownHosts, selectKnownHosts } from '../known-hosts.ts';
import type { SshKey } from '../keys/read-private-key.ts';

/** Where and as whom to connect. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly key: SshKey;
  /** Text of a known_hosts file. */
  readonly knownHosts: string;
  /** A connection to use instead of a new one. */
  readonly socket?: Socket;
}

/** Host key algorithms in order of preference; SHA-1 is left out. The curves come first, as in fluxcd/flux2. */
const HOST_KEY_ALGORITHMS = [
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-ed25519',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** One of `HOST_KEY_ALGORITHMS`. */
export type HostKeyAlgorithm = (typeof HOST_KEY_ALGORITHMS)[number];

/**
 * The algorithms to offer for a host: first those of its known keys, so that a server with several keys shows one that
 * we can check; then the others, so that a replaced key is seen and named rather than found incompatible.
 *
 * Effects: none
 */
export function selectHostKeyAlgorithms(known: readonly KnownHost[]): HostKeyAlgorithm[] {
  const types = new Set(known.filter((entry) => entry.marker === 'none').map((entry) => entry.keyType));
  const isKnown = (name: HostKeyAlgorithm) => types.has(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...HOST_KEY_ALGORITHMS.filter(isKnown), ...HOST_KEY_ALGORITHMS.filter((name) => !isKnown(name))];
}

/**
 * Connects and logs in with a key.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} git/host-key-unknown: known_hosts doesn't list the host
 * @throws {FluxError} git/host-key-mismatch: it lists another key, or the key as revoked
 * @throws {FluxError} git/auth-failed: the server doesn't take the key
 */
export async function connectSsh(target: SshTarget, signal: AbortSignal): Promise<SshClient> {
  const { Client } = (await import('ssh2')).default;
  const known = selectKnownHosts(parseKnownHosts(target.knownHosts), target.host, target.port);
  const client = new Client();
  let refusal: FluxError | undefined;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      client.destroy();
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => signal.removeEventListener('abort', onAbort);
    client.once('ready', () => {
      settle();
      resolve(client);
    });
    client.once('close', () => {
      settle();
      reject(refusal ?? new Error('the SSH server closed the connection'));
    });
    // Stays on: an error after the login must not become an uncaught exception; it ends the channel, which tells.
    client.on('error', (error: Error & { level?: string }) => {
      settle();
      reject(refusal ?? explainLogin(error, target));
    });
    client.connect({
      ...(target.socket === undefined ? { host: target.host, port: target.port } : { sock: target.socket }),
      username: target.username,
      authHandler: offerOnce({ type: 'publickey', username: target.username, key: target.key }),
      algorithms: { serverHostKey: selectHostKeyAlgorithms(known) },
      // The signal is the only clock.
      readyTimeout: 0,
      keepaliveInterval: 15_000,
      hostVerifier: (key: Buffer) => {
        refusal = refuseHostKey(known, key, target);
        return refusal === undefined;
      },
    });
  });
}

/** Offers the key and, if it is refused, nothing else. */
function offerOnce(method: PublicKeyAuthMethod): AuthHandlerMiddleware {
  let isOffered = false;
  return (_left, _partial, next) => {
    const again = isOffered;
    isOffered = true;
    // "false" ends the attempt; the type declarations lack it.
    next(again ? (false as unknown as PublicKeyAuthMethod) : method);
  };
}

/** Runs a command on a connection. */
export function openChannel(client: SshClient, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error === undefined || error === null ? resolve(channel) : reject(error)));
  });
}

function refuseHostKey(known: readonly KnownHost[], key: Uint8Array, target: SshTarget): FluxError | undefined {
  const verdict = judgeHostKey(known, key);
  if (verdict === 'known') return undefined;
  const fingerprint = formatFingerprint(key);
  const shown = `${keyTypeOf(key)} ${fingerprint}`;
  const where = `${target.host}:${target.port}`;
  const details = { host: target.host, port: target.port, keyType: keyTypeOf(key), fingerprint };
  if (verdict === 'unknown') {
    return new FluxError('git/host-key-unknown', `the host '${where}' is not in known_hosts; its key is ${shown}`, {
      hint: `If that is the right key, add it to 'known_hosts' of the Secret: ssh-keyscan -p ${target.port} ${target.host}`,
      details,
    });
  }
  const why = verdict === 'revoked' ? 'which known_hosts lists as revoked' : 'which is not the one in known_hosts';
  return new FluxError('git/host-key-mismatch', `the host '${where}' shows the key ${shown}, ${why}`, {
    hint: "Somebody may be listening in. If the server's key was really replaced, replace it in 'known_hosts' of the Secret",
    details,
  });
}

function explainLogin(error: Error & { level?: string }, target: SshTarget): Error {
  if (error.level === 'client-authentication') {
    return new FluxError(
      'git/auth-failed',
      `'${target.host}:${target.port}' refused the login of '${target.username}' with the SSH key`,
      {
        hint: 'Add the public key to the repository as a deploy key (with write access, if it is to be pushed to)',
        cause: error,
      },
    );
  }
  if (error.level === 'handshake' && /no matching/i.test(messageOf(error))) {
    return new FluxError(
      'git/unreachable',
      `no common SSH algorithms with '${target.host}:${target.port}': ${messageOf(error)}`,
      {
        hint: 'The server is too old or too strict: ask its owner for ECDSA, Ed25519 or RSA with SHA-2 and a modern key exchange',
        cause: error,
      },
    );
  }
  return error;
}
