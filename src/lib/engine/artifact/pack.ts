import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

import { cleanEntryPath } from './clean-entry-path.ts';
import { DIRECTORY_MODE, EXECUTABLE_MODE, FILE_MODE } from './constants.ts';
import { type TarEntry, writeTar } from './format-tar.ts';
import { createGzip } from './gzip/create-gzip.ts';
import type { ArchiveEntry, Excludes, PackedArtifact } from './types.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Packs entries as source-controller does: the same entries give the same bytes, whatever their order, and those bytes are
 * source-controller's. Beyond the entries only the compressed bytes are held in memory.
 *
 * Directories are walked in the order of their names; each entry is judged by itself, so an excluded directory may still
 * have files. Links are left out.
 *
 * Effects: none
 * Source: fluxcd/pkg artifact/storage/archive.go
 *
 * @throws {FluxError} artifact/unsafe-path: an entry out of the root
 */
export function pack(entries: Iterable<ArchiveEntry>, excludes: Excludes): PackedArtifact {
  const root: Directory = { directories: new Map(), files: new Map() };
  for (const entry of entries) place(root, entry);
  const tarEntries: TarEntry[] = [directoryEntry('.')];
  walk(root, '', excludes, tarEntries);
  const pieces: Buffer[] = [];
  const hash = createHash('sha256');
  const gzip = createGzip((piece) => {
    pieces.push(piece);
    hash.update(piece);
  });
  writeTar(tarEntries, gzip.write);
  gzip.end();
  const bytes = Buffer.concat(pieces);
  return { bytes, digest: `sha256:${hash.digest('hex')}`, sizeBytes: bytes.length };
}

interface Directory {
  readonly directories: Map<string, Directory>;
  readonly files: Map<string, ArchiveEntry>;
}

function place(root: Directory, entry: ArchiveEntry): void {
  const parts = cleanEntryPath(entry.path).split('/');
  const name = parts.pop() ?? '';
  let directory = root;
  for (const part of parts) directory = enter(directory, part);
  if (name === '') return;
  if (entry.type === 'file') directory.files.set(name, entry);
  else if (entry.type !== 'symlink') enter(directory, name);
}

function enter(directory: Directory, name: string): Directory {
  let next = directory.directories.get(name);
  if (next === undefined) {
    next = { directories: new Map(), files: new Map() };
    directory.directories.set(name, next);
  }
  return next;
}

function walk(directory: Directory, prefix: string, excludes: Excludes, into: TarEntry[]): void {
  const names = [...new Set([...directory.directories.keys(), ...directory.files.keys()])].sort(compareBytes);
  for (const name of names) {
    const path = prefix + name;
    const below = directory.directories.get(name);
    if (below !== undefined) {
      if (!excludes(path, true)) into.push(directoryEntry(path));
      walk(below, `${path}/`, excludes, into);
      continue;
    }
    const file = directory.files.get(name);
    if (file === undefined || excludes(path, false)) continue;
    const mode = (file.mode & 0o111) === 0 ? FILE_MODE : EXECUTABLE_MODE;
    into.push({ name: path, mode, type: 'file', bytes: file.bytes });
  }
}

function directoryEntry(name: string): TarEntry {
  return { name, mode: DIRECTORY_MODE, type: 'directory', bytes: NO_BYTES };
}

/** The order of UTF-8 bytes, which is that of code points and not that of JavaScript's code units. */
export function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  const one = Array.from(left);
  const other = Array.from(right);
  const at = one.findIndex((char, index) => char !== other[index]);
  if (at < 0) return -1;
  return (one[at]?.codePointAt(0) ?? -1) - (other[at]?.codePointAt(0) ?? -1);
}
