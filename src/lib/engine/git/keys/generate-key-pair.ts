import { generateKeyPair as generate, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { FluxError } from '../../../core/errors.ts';
import { formatPublicBlob } from './format-openssh-key.ts';
import { keyTypeOf } from '../known-hosts.ts';

/** What kind of key to make. */
export interface KeyPairOptions {
  /** Default `ecdsa`. */
  readonly algorithm?: 'ecdsa' | 'rsa' | 'ed25519';
  /** Of ecdsa; default `p384`. */
  readonly curve?: 'p256' | 'p384' | 'p521';
  /** Of rsa; default 2048, at least 1024, a multiple of 8. */
  readonly rsaBits?: number;
}

/** A new key. */
export interface KeyPair {
  /** PKCS#8 PEM, unencrypted. */
  readonly privateKeyPem: string;
  /** A line of `authorized_keys`, line end included. */
  readonly publicKeyAuthorized: string;
}

const CURVE = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const;
const MIN_RSA_BITS = 1024;

/**
 * Makes a key pair for SSH, in the formats that upstream writes.
 *
 * Effects: none but taking randomness
 * Source: fluxcd/pkg ssh/key_pair.go; the messages on sizes are those of fluxcd/flux2 internal/flags
 *
 * @throws {FluxError} git/invalid-key: RSA with too few or odd bits
 */
export async function generateKeyPair(options: KeyPairOptions = {}): Promise<KeyPair> {
  const { privateKey, publicKey } = await make(options);
  const blob = formatPublicBlob(publicKey);
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyAuthorized: `${keyTypeOf(blob)} ${blob.toString('base64')}\n`,
  };
}

async function make(options: KeyPairOptions): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const algorithm = options.algorithm ?? 'ecdsa';
  if (algorithm === 'ed25519') return promisify(generate)('ed25519');
  if (algorithm === 'ecdsa') return promisify(generate)('ec', { namedCurve: CURVE[options.curve ?? 'p384'] });
  const bits = options.rsaBits ?? 2048;
  if (bits < MIN_RSA_BITS) throw badSize(`RSA key bit size must be at least ${MIN_RSA_BITS}`);
  if (bits % 8 !== 0) throw badSize('RSA key bit size must be a multiples of 8');
  return promisify(generate)('rsa', { modulusLength: bits });
}

function badSize(message: string): FluxError {
  return new FluxError('git/invalid-key', message, { hint: 'Use 2048 or more', terminal: true });
}
