import { Buffer } from 'node:buffer';
import { createHash, verify as verifyBytes } from 'node:crypto';

import { FluxError, messageOf } from '../../core/errors.ts';
import { parseAuthorizedKeys } from './parse-authorized-keys.ts';
import { fingerprintOf, parseSshPublicKey, type SshPublicKey } from './ssh-public-key.ts';
import { readWire } from './ssh-wire.ts';
import { NAMESPACE, parseSshSignature, signedBytesOf, type SshSignature } from './sshsig.ts';
import type { VerifiedSignature } from './types.ts';

const RSA_HASHES: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };
const ECDSA: Readonly<Record<string, { readonly hash: string; readonly coordinateBytes: number }>> = {
  'ecdsa-sha2-nistp256': { hash: 'sha256', coordinateBytes: 32 },
  'ecdsa-sha2-nistp384': { hash: 'sha384', coordinateBytes: 48 },
  'ecdsa-sha2-nistp521': { hash: 'sha512', coordinateBytes: 66 },
  'sk-ecdsa-sha2-nistp256@openssh.com': { hash: 'sha256', coordinateBytes: 32 },
};

/** The bit by which a security token says that somebody touched it. */
const USER_PRESENT = 1;

/**
 * Verifies an SSH signature against keys that are trusted.
 *
 * A text that holds no keys is passed over as long as another one does, so that one bad entry doesn't hide the good ones.
 *
 * Effects: none
 * Source: fluxcd/pkg git/signature/ssh_signature.go VerifySSHSignature; openssh-portable PROTOCOL.sshsig, PROTOCOL.u2f
 *
 * @throws {FluxError} signature/malformed: not an SSH signature
 * @throws {FluxError} signature/invalid-trusted-keys: none of the texts could be read
 * @throws {FluxError} signature/not-verified: by none of the keys
 */
export function verifySsh(payload: Uint8Array, armored: string, authorizedKeys: readonly string[]): VerifiedSignature {
  const { signature, signer } = parse(armored);
  const reasons = new Set<string>();
  let unreadable: unknown;
  let isAnyRead = false;
  for (const text of authorizedKeys) {
    let keys: SshPublicKey[];
    try {
      keys = parseAuthorizedKeys(text);
    } catch (error) {
      unreadable ??= error;
      continue;
    }
    isAnyRead = true;
    for (const key of keys) {
      const reason = key.blob.equals(signer.blob) ? refusalOf(payload, signature, key) : 'public key does not match';
      if (reason === undefined) return { keyId: fingerprintOf(key.blob) };
      reasons.add(reason);
    }
  }
  if (!isAnyRead && unreadable !== undefined) {
    throw new FluxError('signature/invalid-trusted-keys', `unable to parse authorized keys: ${messageOf(unreadable)}`, {
      hint: "Give public keys as in authorized_keys, one a line: 'ssh-ed25519 AAAA…'",
      cause: unreadable,
    });
  }
  throw new FluxError(
    'signature/not-verified',
    ['unable to verify payload with any of the given authorized keys: no matching key', ...reasons].join('\n'),
    { details: { signedWith: fingerprintOf(signer.blob), reasons: [...reasons] } },
  );
}

function parse(armored: string): { signature: SshSignature; signer: SshPublicKey } {
  try {
    const signature = parseSshSignature(armored);
    const signer = parseSshPublicKey(signature.publicKey);
    if (signer.type === 'ssh-rsa' && RSA_HASHES[signature.algorithm] === undefined) {
      const format = JSON.stringify(signature.algorithm.slice(0, 64));
      throw new Error(`invalid signature format ${format}: expected "rsa-sha2-256" or "rsa-sha2-512"`);
    }
    return { signature, signer };
  } catch (error) {
    throw new FluxError('signature/malformed', `unable to unarmor SSH signature: ${messageOf(error)}`, { cause: error });
  }
}

/** Why the signature is not one of this key; `undefined` where it is. */
function refusalOf(payload: Uint8Array, signature: SshSignature, key: SshPublicKey): string | undefined {
  if (signature.namespace !== NAMESPACE) return 'namespace does not match';
  if (key.key === undefined) return `unsupported key algorithm: ${key.type}`;
  const wanted = key.type === 'ssh-rsa' ? signature.algorithm : key.type;
  if (signature.algorithm !== wanted)
    return `signature type ${JSON.stringify(signature.algorithm.slice(0, 64))} for key type ${key.type}`;
  try {
    return verifies(signedBytesOf(payload, signature.namespace, signature.hash), signature, key)
      ? undefined
      : 'signature did not verify';
  } catch (error) {
    return messageOf(error);
  }
}

function verifies(signed: Buffer, signature: SshSignature, { type, key, application }: SshPublicKey): boolean {
  if (key === undefined) return false;
  const data = application === undefined ? signed : tokenBytesOf(signed, application, signature.rest);
  const ecdsa = ECDSA[type];
  if (ecdsa !== undefined) {
    const reader = readWire(signature.bytes);
    const pair = [reader.integer(), reader.integer()];
    if (reader.rest().length > 0 || pair.some((number) => number.length > ecdsa.coordinateBytes)) return false;
    const padded = pair.map((number) => Buffer.concat([Buffer.alloc(ecdsa.coordinateBytes - number.length), number]));
    return verifyBytes(ecdsa.hash, data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(padded));
  }
  if (type !== 'ssh-rsa') return verifyBytes(null, data, key, signature.bytes);
  // Some programs leave out leading zeros of an RSA signature.
  const size = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  const missing = Buffer.alloc(Math.max(0, size - signature.bytes.length));
  return verifyBytes(RSA_HASHES[signature.algorithm], data, key, Buffer.concat([missing, signature.bytes]));
}

/** What a security token signs in place of the bytes themselves. Source: openssh-portable PROTOCOL.u2f */
function tokenBytesOf(signed: Buffer, application: string, rest: Buffer): Buffer {
  const flagsAndCounter = readWire(rest).bytes(5);
  if (((flagsAndCounter[0] ?? 0) & USER_PRESENT) === 0) throw new Error('nobody touched the security token');
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  return Buffer.concat([digest(Buffer.from(application, 'latin1')), flagsAndCounter, digest(signed)]);
}
