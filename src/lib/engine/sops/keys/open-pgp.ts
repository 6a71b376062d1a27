import type { Key, PrivateKey } from 'openpgp';
import { FluxError, messageOf } from '../../../core/errors.ts';
import type { KeyService } from '../types.ts';

/**
 * Reads the keys of an `.asc` entry, armored or binary. Public keys are read too, and open nothing.
 *
 * Effects: none; loads the OpenPGP library
 * Source: sops pgp/keysource.go GnuPGHome.Import
 *
 * @throws {FluxError} sops/bad-key: no OpenPGP keys
 */
export async function readPgpKeys(content: Uint8Array): Promise<PrivateKey[]> {
  const { readKeys } = await import('openpgp');
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  const blocks = text.split(/(?=-----BEGIN PGP )/).filter((part) => part.startsWith('-----BEGIN PGP '));
  try {
    const keys: Key[] = [];
    for (const armoredKeys of blocks) keys.push(...(await readKeys({ armoredKeys })));
    if (blocks.length === 0) keys.push(...(await readKeys({ binaryKeys: Uint8Array.from(content) })));
    if (keys.length === 0) throw new Error('no valid OpenPGP data found');
    return keys.filter((key): key is PrivateKey => key.isPrivate());
  } catch (cause) {
    throw new FluxError('sops/bad-key', `failed to import armored key data: ${firstLine(cause)}`, {
      hint: 'make the entry with: gpg --export-secret-keys --armor FINGERPRINT',
    });
  }
}

/**
 * Decrypts with OpenPGP keys.
 *
 * Effects: none; loads the OpenPGP library when it is used
 * Source: sops pgp/keysource.go
 * Differs: by a library, where upstream runs gpg
 */
export function pgpService(keys: readonly PrivateKey[]): KeyService {
  return {
    type: 'pgp',
    async decrypt({ encrypted }) {
      const { config, decrypt, readMessage } = await import('openpgp');
      try {
        const message = await readMessage({ armoredMessage: encrypted });
        const ids = message.getEncryptionKeyIDs();
        const fitting = keys.filter((key) => ids.some((id) => /^0+$/.test(id.toHex()) || key.getKeys(id).length > 0));
        if (fitting.length === 0) throw new Error('no secret key');
        const usable = fitting.filter((key) => key.isDecrypted());
        if (usable.length === 0) throw new Error('the secret key is locked with a passphrase');
        // Like gpg, whatever the key says that it is for.
        const lenient = { ...config, allowInsecureDecryptionWithSigningKeys: true, minRSABits: 1024 };
        const { data } = await decrypt({ message, decryptionKeys: usable, format: 'binary', config: lenient });
        return data;
      } catch (cause) {
        throw new FluxError('sops/no-data-key', `could not decrypt data key with PGP key: ${firstLine(cause)}`);
      }
    },
  };
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
