import { Buffer } from 'node:buffer';
import type { Key, Signature } from 'openpgp';

import { FluxError } from '../../core/errors.ts';
import { keyIdOf, readKeyRing, reasonOf } from './read-key-ring.ts';
import type { VerifiedSignature } from './types.ts';

/**
 * Verifies a detached OpenPGP signature against key rings that are trusted.
 *
 * A ring that can't be read is passed over as long as another one can, so that one bad entry doesn't hide the good ones. A key
 * that has expired or was revoked by now verifies nothing, not even what it signed while it was good.
 *
 * Effects: none; loads the OpenPGP library
 * Source: fluxcd/pkg git/signature/gpg_signature.go VerifyPGPSignature
 * Differs: refuses SHA-1 signatures and DSA keys, as the library does
 *
 * @param now milliseconds since 1970; default the present
 * @throws {FluxError} signature/malformed: not an OpenPGP signature
 * @throws {FluxError} signature/invalid-trusted-keys: none of the rings could be read
 * @throws {FluxError} signature/not-verified: by none of the keys
 */
export async function verifyOpenPgp(
  payload: Uint8Array,
  armored: string,
  keyRings: readonly string[],
  now?: number,
): Promise<VerifiedSignature> {
  const signature = await parse(armored);
  const reasons = new Set<string>();
  let unreadable: unknown;
  let isAnyRead = false;
  for (const text of keyRings) {
    let keys: Key[];
    try {
      if (!text.trimStart().startsWith('-----BEGIN PGP ')) throw new Error('no armored data found');
      keys = await readKeyRing(Buffer.from(text));
    } catch (error) {
      unreadable ??= error;
      continue;
    }
    isAnyRead = true;
    const keyId = await signerOf(payload, signature, keys, now, reasons);
    if (keyId !== undefined) return { keyId };
  }
  if (!isAnyRead && unreadable !== undefined) {
    throw new FluxError('signature/invalid-trusted-keys', `unable to read armored key ring: ${reasonOf(unreadable)}`, {
      hint: 'Make one with: gpg --export --armor ID',
      cause: unreadable,
    });
  }
  const signedWith = signature.getSigningKeyIDs().map((id) => id.toHex().toUpperCase());
  throw new FluxError('signature/not-verified', 'unable to verify payload with any of the given key rings: no matching key', {
    details: { signedWith, reasons: [...reasons] },
  });
}

async function parse(armored: string): Promise<Signature> {
  const { readSignature } = await import('openpgp');
  try {
    return await readSignature({ armoredSignature: armored });
  } catch (error) {
    throw new FluxError('signature/malformed', `unable to read PGP signature: ${reasonOf(error)}`, { cause: error });
  }
}

/** The id of the key of a ring that made the signature; `undefined` where none did, and then says why. */
async function signerOf(
  payload: Uint8Array,
  signature: Signature,
  keys: readonly Key[],
  now: number | undefined,
  reasons: Set<string>,
): Promise<string | undefined> {
  const { createMessage, verify } = await import('openpgp');
  const date = now === undefined ? undefined : new Date(now);
  const result = await verify({
    message: await createMessage({ binary: payload }),
    signature,
    verificationKeys: [...keys],
    format: 'binary',
    ...(date === undefined ? {} : { date }),
  });
  for (const { keyID, verified } of result.signatures) {
    try {
      await verified;
      const key = keys.find((candidate) => candidate.getKeys(keyID).length > 0);
      if (key === undefined) continue;
      // The library looks at how the key was when it signed; upstream, at how it is.
      await key.getSigningKey(keyID, date);
      return keyIdOf(key);
    } catch (error) {
      reasons.add(reasonOf(error));
    }
  }
  return undefined;
}
