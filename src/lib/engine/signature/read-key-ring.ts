import { Buffer } from 'node:buffer';
import type { Key } from 'openpgp';

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
