import { Buffer } from 'node:buffer';
import { type KeyObject, sign as signBytes } from 'node:crypto';

import { FluxError } from '../../core/errors.ts';
import { readSshPrivateKey } from './read-ssh-private-key.ts';
import { formatSshPublicKey } from './ssh-public-key.ts';
import { formatInteger } from './ssh-wire.ts';
import { formatSshSignature, HASH, NAMESPACE, signedBytesOf } from './sshsig.ts';
import type { Sign } from './types.ts';

/** Shorter RSA keys are refused, as upstream does. */
const MIN_RSA_BITS = 2048;

/** The hash that goes with each curve. Source: RFC 5656 section 6.2.1 */
const CURVE_HASHES: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

/**
 * Makes a signer of commits and tags from an SSH private key. The key is read and checked at once, so that a bad one is
 * found before anything was done.
 *
 * Effects: none
 * Source: fluxcd/pkg git/signature/ssh_signature.go NewSSHSigner; openssh-portable PROTOCOL.sshsig
 *
 * @param privateKey ed25519, ecdsa or rsa, in OpenSSH's form, PKCS#1, SEC 1 or PKCS#8
 * @param passphrase empty where the key is not locked
 * @throws {FluxError} signature/invalid-key, signature/passphrase-required, signature/passphrase-wrong
 * @throws {FluxError} signature/unsupported-key: another algorithm, or RSA below 2048 bits
 * @example const sign = await signWithSsh(pem, ''); await sign(payload); // '-----BEGIN SSH SIGNATURE-----…'
 */
export async function signWithSsh(privateKey: string, passphrase: string): Promise<Sign> {
  const key = await readSshPrivateKey(privateKey, passphrase);
  const publicKey = formatSshPublicKey(key);
  if (publicKey === undefined) throw unsupported(`unsupported SSH signing key algorithm: ${kindOf(key)}`);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < MIN_RSA_BITS) {
    throw unsupported(`RSA key size ${bits} bits is below the minimum supported; must be at least ${MIN_RSA_BITS}`);
  }
  return (payload) => {
    const made = rawSignature(key, publicKey.type, signedBytesOf(payload, NAMESPACE, HASH));
    return Promise.resolve(formatSshSignature({ publicKey: publicKey.blob, namespace: NAMESPACE, hash: HASH, ...made }));
  };
}

function rawSignature(key: KeyObject, type: string, data: Buffer): { algorithm: string; bytes: Buffer } {
  if (type === 'ssh-ed25519') return { algorithm: type, bytes: signBytes(null, data, key) };
  // The key's own name stands for SHA-1 here, which signatures must not use.
  if (type === 'ssh-rsa') return { algorithm: 'rsa-sha2-512', bytes: signBytes('sha512', data, key) };
  const pair = signBytes(CURVE_HASHES[type], data, { key, dsaEncoding: 'ieee-p1363' });
  const half = pair.length / 2;
  return { algorithm: type, bytes: Buffer.concat([formatInteger(pair.subarray(0, half)), formatInteger(pair.subarray(half))]) };
}

function kindOf(key: KeyObject): string {
  return key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown';
}

function unsupported(reason: string): FluxError {
  return new FluxError('signature/unsupported-key', `invalid SSH signing key: ${reason}`, {
    hint: 'Use an ed25519 or ecdsa key, or an rsa key of 2048 bits or more',
    terminal: true,
  });
}
