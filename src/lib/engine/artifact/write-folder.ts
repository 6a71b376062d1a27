import { lstatSync, mkdirSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { FluxError, messageOf } from '../../core/errors.ts';
import type { UnpackOptions } from './types.ts';
import { unpackEntries } from './unpack.ts';

/**
 * Unpacks an artifact into a folder: files that are there already are replaced, others stay. Nothing is written through a link,
 * so nothing lands outside of the folder.
 *
 * Effects: writes into the folder, only once the whole archive has been found to be sound
 * Source: fluxcd/pkg tar/untar.go
 *
 * @param folder absolute; must be there
 * @returns how many files were written
 * @throws {FluxError} as `unpack`; artifact/unsafe-path: a link stands where a directory is to be; artifact/unwritable
 */
export function writeFolder(folder: string, bytes: Uint8Array, options: UnpackOptions = {}): number {
  const entries = unpackEntries(bytes, options);
  const sound = new Set<string>(['']);
  const enter = (path: string): void => {
    if (sound.has(path)) return;
    enter(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const place = join(folder, path);
    const found = look(place);
    if (found?.isSymbolicLink() === true) throw throughLink(place);
    if (found === undefined) mkdirSync(place);
    sound.add(path);
  };
  let written = 0;
  for (const { path, type, mode, bytes: content } of entries) {
    try {
      enter(type === 'directory' ? path : path.slice(0, Math.max(0, path.lastIndexOf('/'))));
      if (type !== 'file') continue;
      const place = join(folder, path);
      if (look(place)?.isSymbolicLink() === true) rmSync(place);
      writeFileSync(place, content, { mode: mode & 0o777 });
      written += 1;
    } catch (cause) {
      if (cause instanceof FluxError) throw cause;
      throw new FluxError('artifact/unwritable', `${join(folder, path)} cannot be written: ${messageOf(cause)}`, {
        hint: 'see the rights and the free space of the folder, and whether a file stands where a directory is to be',
        cause,
      });
    }
  }
  return written;
}

function look(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false });
}

function throughLink(place: string): FluxError {
  return new FluxError('artifact/unsafe-path', `${place} is a link, and the artifact has a directory there`, {
    hint: 'unpack into an empty folder',
  });
}
