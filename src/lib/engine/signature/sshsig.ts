import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

import { formatString, readWire } from './ssh-wire.ts';

/** What Git signs for; a signature for anything else is not one of a commit. */
export const NAMESPACE = 'git';

/** What signatures are made with, as OpenSSH does. */
export const HASH = 'sha512';

const HASHES: readonly string[] = ['sha256', 'sha512'];
const MAGIC = 'SSHSIG';
const VERSION = 1;
const LINE_LENGTH = 70;
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** The fields of an SSH signature. */
export interface SshSignature {
  /** The public key in wire format. */
  readonly publicKey: Buffer;
  readonly namespace: string;
  /** `sha256` or `sha512`: the hash of what was signed. */
  readonly hash: string;
  /** What made the signature itself, such as `rsa-sha2-512`. */
  readonly algorithm: string;
  /** The signature itself. */
  readonly bytes: Buffer;
  /** What follows it; only keys on security tokens have something there. */
  readonly rest: Buffer;
}

/**
 * Gives the bytes that the key signs: not the payload, but its hash and what it is for.
 *
 * Effects: none
 * Source: openssh-portable PROTOCOL.sshsig section 2
 */
export function signedBytesOf(payload: Uint8Array, namespace: string, hash: string): Buffer {
  const digest = createHash(hash).update(payload).digest();
  const fields = [namespace, '', hash, digest].map((field) => formatString(field));
  return Buffer.concat([Buffer.from(MAGIC), ...fields]);
}

/**
 * Writes an SSH signature with its armor.
 *
 * Effects: none
 * Source: openssh-portable PROTOCOL.sshsig sections 1 and 3
 */
export function formatSshSignature(signature: Omit<SshSignature, 'rest'>): string {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(VERSION);
  const inner = Buffer.concat([formatString(signature.algorithm), formatString(signature.bytes)]);
  const fields = [signature.publicKey, signature.namespace, '', signature.hash, inner].map((field) => formatString(field));
  const base64 = Buffer.concat([Buffer.from(MAGIC), version, ...fields]).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/**
 * Reads an armored SSH signature.
 *
 * Effects: none
 *
 * @throws {Error} what is wrong with it
 */
export function parseSshSignature(armored: string): SshSignature {
  const body = new RegExp(`^${BEGIN}\\s([A-Za-z0-9+/=\\s]*)${END}\\s*$`).exec(armored.trim())?.[1];
  if (body === undefined) throw new Error('invalid PEM block');
  const reader = readWire(Buffer.from(body, 'base64'));
  if (reader.bytes(MAGIC.length).toString('latin1') !== MAGIC) throw new Error('invalid magic preamble');
  const version = reader.uint32();
  if (version !== VERSION) throw new Error(`unsupported signature version ${version}: expected ${VERSION}`);
  const [publicKey, namespace] = [reader.string(), reader.text()];
  reader.string(); // reserved
  const hash = reader.text();
  if (!HASHES.includes(hash)) {
    throw new Error(`unsupported hash algorithm ${JSON.stringify(hash.slice(0, 64))}: must be "sha256" or "sha512"`);
  }
  const inner = readWire(reader.string());
  if (reader.rest().length > 0) throw new Error('more data than a signature has');
  return { publicKey, namespace, hash, algorithm: inner.text(), bytes: inner.string(), rest: inner.rest() };
}
