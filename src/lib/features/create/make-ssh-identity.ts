import { FluxError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { generateKeyPair, parseRemoteUrl, publicKeyOf, scanHostKeys } from '../../engine/git/index.ts';
import type { SshIdentity } from './git-secret.ts';

/** Which key an identity has. */
export interface SshIdentityOptions {
  /** PEM of a key that there is; absent means a new one is made. */
  readonly privateKey?: string;
  /** Passphrase of the key that there is; empty where it has none. */
  readonly passphrase: string;
  readonly algorithm: 'rsa' | 'ecdsa' | 'ed25519';
  readonly curve: 'p256' | 'p384' | 'p521';
  readonly rsaBits: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Makes an SSH identity for a URL: the key that is given or a new one, and the host keys that the server shows now.
 *
 * Effects: asks the server for its host keys
 * Source: fluxcd/flux2 pkg/manifestgen/sourcesecret
 *
 * @throws {FluxError} create/bad-private-key: the text holds no key
 * @throws {FluxError} git/…: the key cannot be read, or the server cannot be reached
 */
export async function makeSshIdentity(url: string, options: SshIdentityOptions): Promise<SshIdentity> {
  const { privateKey } = options;
  if (privateKey !== undefined && !/-----BEGIN [A-Z0-9 ]+-----/.test(privateKey)) {
    throw new FluxError('create/bad-private-key', 'ssh: no key found', {
      hint: 'the file must hold a private key in PEM, as ssh-keygen writes it',
    });
  }
  // The key first: a broken one should be told before anybody is connected to.
  const publicKey = privateKey === undefined ? undefined : await publicKeyOf(privateKey, options.passphrase);
  const { host, port } = parseRemoteUrl(url);
  const knownHosts = await scanHostKeys(host, port ?? 22, { signal: options.signal });
  for (const shown of await describeHostKeys(knownHosts)) options.progress.success(`host key of ${host}: ${shown}`);
  if (privateKey !== undefined && publicKey !== undefined) {
    return { privateKey, publicKey, knownHosts, passphrase: options.passphrase };
  }
  const pair = await generateKeyPair({ algorithm: options.algorithm, curve: options.curve, rsaBits: options.rsaBits });
  return { privateKey: pair.privateKeyPem, publicKey: pair.publicKeyAuthorized, knownHosts, passphrase: '' };
}

/** Type and fingerprint of each host key, as `ssh-keygen -l` shows them. */
async function describeHostKeys(knownHosts: string): Promise<string[]> {
  const { createHash } = await import('node:crypto');
  return knownHosts
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, type = '', key = ''] = line.split(' ');
      const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
      return `${type} SHA256:${digest}`;
    });
}
