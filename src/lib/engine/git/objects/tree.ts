import { Buffer } from 'node:buffer';

import { FluxError } from '../../../core/errors.ts';
import { corruptError } from '../errors.ts';

/** One line of a directory. */
export interface TreeItem {
  readonly name: string;
  /** Git's mode: 0o40000, 0o100644, 0o100755, 0o120000 or 0o160000. */
  readonly mode: number;
  readonly id: string;
}

/** Mode of a directory. */
export const MODE_DIRECTORY = 0o40000;
/** Mode of a plain file. */
export const MODE_FILE = 0o100644;
/** Mode of a symbolic link. */
export const MODE_SYMLINK = 0o120000;
/** Mode of a submodule. */
export const MODE_SUBMODULE = 0o160000;

/**
 * Reads a directory object.
 *
 * Names that would lead out of the directory, or into a repository's own folder, are refused: no honest repository has
 * them, and whoever writes the files out would be led astray.
 *
 * Effects: none
 * Source: git fsck's checks hasDot, hasDotdot, hasDotgit, fullPathname, emptyName
 *
 * @throws {FluxError} git/corrupt-data: not a directory
 * @throws {FluxError} git/unsafe-path: a dangerous name
 */
export function parseTree(bytes: Uint8Array): TreeItem[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const items: TreeItem[] = [];
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(0x20, at);
    const zero = space < 0 ? -1 : buffer.indexOf(0, space);
    if (space < 0 || zero < 0 || zero + 21 > buffer.length) throw corruptError('a directory object ends too early');
    const mode = Number.parseInt(buffer.toString('latin1', at, space), 8);
    const name = buffer.toString('utf8', space + 1, zero);
    if (Number.isNaN(mode)) throw corruptError('a directory object has an entry without a mode');
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.toLowerCase() === '.git') {
      throw new FluxError('git/unsafe-path', `the repository has an entry with the unsafe name ${JSON.stringify(name)}`, {
        hint: 'Remove it from the repository; "git fsck" names the object',
        terminal: true,
      });
    }
    items.push({ name, mode, id: buffer.toString('hex', zero + 1, zero + 21) });
    at = zero + 21;
  }
  return items;
}

/**
 * Writes a directory object, its entries in git's order.
 *
 * Effects: none
 */
export function formatTree(items: readonly TreeItem[]): Buffer {
  const sorted = items
    .map((item) => ({ item, key: Buffer.from(item.mode === MODE_DIRECTORY ? `${item.name}/` : item.name) }))
    .sort((left, right) => Buffer.compare(left.key, right.key));
  return Buffer.concat(
    sorted.flatMap(({ item }) => [Buffer.from(`${item.mode.toString(8)} ${item.name}\0`), Buffer.from(item.id, 'hex')]),
  );
}
