import type { PrivateKey } from 'openpgp';

import { FluxError } from '../../core/errors.ts';
import { keyIdOf, readKeyRing, reasonOf } from './read-key-ring.ts';
import type { OpenPgpSigner, Sign } from './types.ts';

const ID_LENGTH = 16;

/**
 * Makes a signer of commits and tags from an OpenPGP key ring. The key is chosen, opened and checked at once, so that a bad
 * one is found before anything was done.
 *
 * Effects: none; loads the OpenPGP library
 * Source: fluxcd/pkg git/signature/gpg_signature.go, fluxcd/flux2 cmd/flux/bootstrap.go; the messages are upstream's
 * Differs: takes armored key rings too; without an id, keys without a private half are passed over; the primary key may be
 * kept elsewhere where a subkey signs
 *
 * @throws {FluxError} signature/invalid-key: the ring can't be read, or is empty
 * @throws {FluxError} signature/key-not-found: no such key, no private half, or not an id
 * @throws {FluxError} signature/passphrase-required, signature/passphrase-wrong
 * @throws {FluxError} signature/unsupported-key: expired, revoked, or not for signing
 */
export async function signWithOpenPgp(signer: OpenPgpSigner): Promise<Sign> {
  const { createMessage, sign } = await import('openpgp');
  const dated = () => (signer.now === undefined ? {} : { date: new Date(signer.now()) });
  const key = await unlock(await chooseKey(signer), signer.passphrase);
  const probe = await createMessage({ binary: new Uint8Array(1) });
  try {
    await sign({ message: probe, signingKeys: key, detached: true, ...dated() });
  } catch (error) {
    throw refuse('signature/unsupported-key', `the key '${keyIdOf(key)}' cannot sign: ${reasonOf(error)}`, {
      hint: 'See whether it has expired or is for encryption only: gpg --list-secret-keys --with-subkey-fingerprint',
      cause: error,
    });
  }
  return async (payload) => {
    const message = await createMessage({ binary: payload });
    const armored = await sign({ message, signingKeys: key, detached: true, format: 'armored', ...dated() });
    return armored.replaceAll('\r\n', '\n');
  };
}

async function chooseKey({ keyRing, keyId }: OpenPgpSigner): Promise<PrivateKey> {
  const keys = await readKeyRing(keyRing).catch((error: unknown) => {
    throw refuse('signature/invalid-key', `unable to read GPG key ring: ${reasonOf(error)}`, {
      hint: 'Make one with: gpg --export-secret-keys ID > FILE',
      cause: error,
    });
  });
  if (keys.length === 0) throw refuse('signature/invalid-key', 'empty GPG key ring');
  if (keyId === '') {
    const first = keys.find((key) => key.isPrivate());
    if (first === undefined) throw refuse('signature/key-not-found', 'keyring does not contain a private key', EXPORT_HINT);
    return first as PrivateKey;
  }
  const id = keyId.replace(/^0x/, '').toUpperCase();
  if (id.length !== ID_LENGTH) {
    throw refuse('signature/key-not-found', `invalid GPG key id length; expected ${ID_LENGTH}, got ${id.length}`, {
      hint: 'See the ids with: gpg --list-secret-keys --keyid-format long',
    });
  }
  const found = keys.find((key) => keyIdOf(key) === id);
  if (found === undefined) {
    throw refuse('signature/key-not-found', `no GPG keyring matching key id '${id}' found`, {
      hint: `The ring has: ${keys.map(keyIdOf).join(', ')}`,
    });
  }
  if (!found.isPrivate()) {
    throw refuse('signature/key-not-found', `keyring does not contain private key for key id '${id}'`, EXPORT_HINT);
  }
  return found as PrivateKey;
}

async function unlock(key: PrivateKey, passphrase: string): Promise<PrivateKey> {
  if (key.isDecrypted()) return key;
  const problem = `unable to decrypt GPG private key '${keyIdOf(key)}'`;
  if (passphrase === '') {
    throw refuse('signature/passphrase-required', `${problem}: passphrase required`, { hint: 'Give it with --gpg-passphrase' });
  }
  const { decryptKey } = await import('openpgp');
  try {
    return await decryptKey({ privateKey: key, passphrase });
  } catch (error) {
    throw refuse('signature/passphrase-wrong', `${problem}: ${reasonOf(error)}`, {
      hint: 'Check --gpg-passphrase',
      cause: error,
    });
  }
}

const EXPORT_HINT = { hint: 'Export it with --export-secret-keys rather than --export' };

function refuse(code: `signature/${string}`, reason: string, init: { hint?: string; cause?: unknown } = {}): FluxError {
  return new FluxError(code, `invalid GPG signing key: ${reason}`, { ...init, terminal: true });
}
