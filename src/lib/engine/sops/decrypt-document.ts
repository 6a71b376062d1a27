import { FluxError, isFluxError } from '../../core/errors.ts';
import { decryptValue } from './cipher.ts';
import { decryptTree } from './decrypt-tree.ts';
import { recoverDataKey } from './recover-data-key.ts';
import { emitPlain, loadEncrypted } from './store.ts';
import type { Branch, EncryptedTree, KeyService, SopsFormat } from './types.ts';

/** How to decrypt. */
export interface DecryptOptions {
  /** How the content is written. */
  readonly format: SopsFormat;
  /** How the result is to be written. Default: `format`. */
  readonly outputFormat?: SopsFormat;
  readonly services: readonly KeyService[];
  /**
   * False lets changes of unencrypted parts pass, as kustomize-controller does: what kustomize adds to an object would break
   * every MAC. Changes of encrypted values are found in any case. Default: true.
   */
  readonly checkMac?: boolean;
  /** What the content is called in messages. */
  readonly file: string;
}

/**
 * Decrypts a file that SOPS encrypted.
 *
 * Effects: asks the key services
 * Source: kustomize-controller internal/decryptor SopsDecryptWithFormat; sops decrypt/decrypt.go
 *
 * @throws {FluxError} sops/bad-file, sops/bad-metadata, sops/no-data-key, sops/decrypt-failed, sops/mac-mismatch,
 * sops/cannot-write. No message has anything of the content in it
 */
export async function decryptDocument(content: Uint8Array, options: DecryptOptions): Promise<Uint8Array> {
  const { format, outputFormat = format, file } = options;
  const tree = await loadEncrypted(content, format, file);
  const branches = await openTree(tree, options);
  return await emitPlain(branches, format, outputFormat);
}

/**
 * Decrypts a document that was read already.
 *
 * Effects: asks the key services
 *
 * @throws {FluxError} sops/no-data-key, sops/decrypt-failed, sops/mac-mismatch
 */
export async function openTree(
  { branches, metadata }: EncryptedTree,
  { services, checkMac = true, file }: Pick<DecryptOptions, 'services' | 'checkMac' | 'file'>,
): Promise<readonly Branch[]> {
  const dataKey = await locate(file, 'cannot get sops data key', () => recoverDataKey(metadata, services));
  const plain = await locate(file, 'error decrypting sops tree', () => decryptTree(branches, metadata, dataKey));
  if (checkMac) {
    const found = await locate(file, 'failed to verify sops data integrity', () =>
      decryptValue(metadata.mac, dataKey, metadata.lastModified),
    );
    if (found !== plain.mac) {
      const expected = found === '' ? 'no MAC' : found;
      throw new FluxError(
        'sops/mac-mismatch',
        `failed to verify sops data integrity: expected mac '${String(expected)}', got '${plain.mac}'`,
        { source: { file }, hint: 'the file was changed without sops: look at its history, then encrypt it again' },
      );
    }
  }
  return plain.branches;
}

/** Says which file an error is about, and what was being done. */
async function locate<T>(file: string, what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFluxError(error)) throw error;
    const { code, hint, details } = error;
    throw new FluxError(code, `${what}: ${error.message}`, {
      source: { file },
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details }),
    });
  }
}
