import { Buffer } from 'node:buffer';
import type { Key } from 'openpgp';

import { messageOf } from '../../core/errors.ts';

/**
 * Reads the keys of an OpenPGP key ring, armored or binary.
 *
 * Effects: none; loads the OpenPGP library
 *
 * @throws {Error} what is wrong with it
 */
export async function readKeyRing(ring: Uint8Array): Promise<Key[]> {
  const { readKeys } = await import('openpgp');
  const text = Buffer.from(ring.buffer, ring.byteOffset, ring.byteLength).toString('latin1').trimStart();
  return text.startsWith('-----BEGIN PGP ')
    ? await readKeys({ armoredKeys: text })
    : await readKeys({ binaryKeys: Uint8Array.from(ring) });
}

/** The id of a key: that of its primary key, 16 hex digits in upper case. */
export function keyIdOf(key: Key): string {
  return key.getKeyID().toHex().toUpperCase();
}

/**
 * The sentence of an error of the OpenPGP library, without the lines and paths that follow it.
 *
 * Keys on Brainpool curves are the one thing that the library needs another package for.
 */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (message.includes('eckey-utils')) return "keys on Brainpool curves need the package 'eckey-utils': npm install eckey-utils";
  return message.split('\n', 1)[0] ?? '';
}
