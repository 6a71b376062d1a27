import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { FluxError, messageOf } from '../../core/errors.ts';
import { DEFAULT_MAX_BYTES, MAX_ENTRIES } from './constants.ts';
import { COPY_BYTES, writeTarEnd, writeTarHead, writeTarPadding } from './format-tar.ts';
import { createGzip } from './gzip/create-gzip.ts';
import { compareBytes } from './pack.ts';
import type { Excludes, PackedArtifact } from './types.ts';

/** A packed folder. */
export interface PackedFolder extends PackedArtifact {
  /** Files in it. */
  readonly fileCount: number;
}

/** Options of packing a folder. */
export interface PackFolderOptions {
  /** Tells what stays out; paths are relative to the folder. An excluded directory may still have files. */
  readonly excludes: Excludes;
  /** True packs what links lead to. Default: links are left out. */
  readonly resolveSymlinks?: boolean;
  /** Most bytes of the archive before it is compressed. Default 512 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Mode of the root where the archive is not made from the folder itself: that of a temporary folder, as upstream's. */
const STAGED_MODE = 0o700;
/** What the usual umask takes from the modes of files that upstream copies before it packs them. */
const COPY_MASK = 0o7755;
/** After so many entries others get their turn, so that Ctrl-C is heard. */
const TURN = 256;

/**
 * Packs a folder as `flux push artifact` and `flux build artifact` do: the same files with the same modes give the same bytes,
 * and those bytes are flux's. Modes are those of the files, times and owners are left out; whatever is neither file nor
 * directory is, too. Each file is read once, and only the compressed bytes are kept.
 *
 * Effects: reads the folder
 * Source: fluxcd/pkg tar/tar.go, oci/build.go; fluxcd/flux2 cmd/flux/build_artifact.go for links
 * Differs: a folder that is itself a link is followed; there are limits
 *
 * @throws {FluxError} artifact/unreadable, artifact/changed, artifact/bad-link, artifact/too-many-files, artifact/too-large
 */
export async function packFolder(folder: string, options: PackFolderOptions): Promise<PackedFolder> {
  const archive = openArchive(options.maxBytes ?? DEFAULT_MAX_BYTES);
  const follows = options.resolveSymlinks === true;
  let entries = 0;
  const walk = async (directory: string, prefix: string, above: readonly string[]): Promise<void> => {
    const names = attempt(directory, () => readdirSync(directory)).sort(compareBytes);
    for (const name of names) {
      if (++entries > MAX_ENTRIES) throw tooMany();
      if (entries % TURN === 0) await setImmediate();
      options.signal?.throwIfAborted();
      const place = join(directory, name);
      const path = prefix + name;
      const found = lookAt(place, follows);
      const mode = follows ? found.mode & COPY_MASK : found.mode;
      if (found.isDirectory()) {
        const real = follows ? attempt(place, () => realpathSync(place)) : place;
        const isLoop = above.includes(real);
        if (!options.excludes(path, true)) archive.directory(path, mode);
        if (!isLoop) await walk(real, `${path}/`, [...above, real]);
      } else if (found.isFile() && !options.excludes(path, false)) {
        archive.file(path, place, mode);
      }
    }
  };
  const root = attempt(folder, () => realpathSync(folder));
  archive.directory('.', follows ? STAGED_MODE : attempt(root, () => statSync(root)).mode);
  await walk(root, '', [root]);
  return archive.end();
}

/**
 * Packs one file as flux does, which puts it into a temporary folder first.
 *
 * Effects: none
 */
export function packFile(name: string, bytes: Uint8Array, mode: number): PackedFolder {
  const archive = openArchive(DEFAULT_MAX_BYTES);
  archive.directory('.', STAGED_MODE);
  archive.content(name, bytes, mode & COPY_MASK & 0o777);
  return archive.end();
}

interface Archive {
  directory(name: string, mode: number): void;
  /** Reads the file in pieces. */
  file(name: string, place: string, mode: number): void;
  content(name: string, bytes: Uint8Array, mode: number): void;
  end(): PackedFolder;
}

function openArchive(maxBytes: number): Archive {
  const pieces: Buffer[] = [];
  const packed = createHash('sha256');
  const copy = Buffer.allocUnsafe(COPY_BYTES);
  let size = 0;
  let fileCount = 0;
  const gzip = createGzip((piece) => {
    pieces.push(piece);
    packed.update(piece);
  });
  const write = (piece: Uint8Array): void => {
    size += piece.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    gzip.write(piece);
  };
  const head = (name: string, mode: number, type: 'file' | 'directory', bytes: number): void =>
    writeTarHead({ name, mode: mode & 0o7777, type, size: bytes }, write);
  return {
    directory: (name, mode) => head(name, mode, 'directory', 0),
    file(name, place, mode) {
      fileCount += 1;
      const handle = attempt(place, () => openSync(place, 'r'));
      try {
        const wanted = fstatSync(handle).size;
        head(name, mode, 'file', wanted);
        for (let left = wanted; left > 0; ) {
          const read = attempt(place, () => readSync(handle, copy, 0, Math.min(COPY_BYTES, left), null));
          if (read === 0) throw changed(place);
          write(copy.subarray(0, read));
          left -= read;
        }
        writeTarPadding(wanted, write);
      } finally {
        closeSync(handle);
      }
    },
    content(name, bytes, mode) {
      fileCount += 1;
      head(name, mode, 'file', bytes.length);
      for (let at = 0; at < bytes.length; at += COPY_BYTES) write(bytes.subarray(at, at + COPY_BYTES));
      writeTarPadding(bytes.length, write);
    },
    end() {
      writeTarEnd(write);
      gzip.end();
      const bytes = Buffer.concat(pieces);
      return {
        bytes,
        digest: `sha256:${packed.digest('hex')}`,
        sizeBytes: bytes.length,
        fileCount,
      };
    },
  };
}

function lookAt(place: string, follows: boolean): Stats {
  const found = attempt(place, () => lstatSync(place));
  if (!follows || !found.isSymbolicLink()) return found;
  try {
    return statSync(place);
  } catch (cause) {
    throw new FluxError('artifact/bad-link', `the link ${place} leads nowhere: ${messageOf(cause)}`, {
      hint: 'mend or delete the link, or leave out --resolve-symlinks',
      cause,
    });
  }
}

function attempt<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new FluxError('artifact/unreadable', `${place} cannot be read: ${messageOf(cause)}`, {
      hint: 'see the rights of the file, or leave it out with --ignore-paths',
      cause,
    });
  }
}

function changed(place: string): FluxError {
  return new FluxError('artifact/changed', `${place} got shorter while it was read`, {
    hint: 'run it again once nobody writes there',
  });
}

function tooMany(): FluxError {
  return new FluxError('artifact/too-many-files', `the folder has more than ${MAX_ENTRIES} files and directories`, {
    hint: 'leave some out with --ignore-paths, or name a folder below',
    details: { max: MAX_ENTRIES },
  });
}

function tooLarge(maxBytes: number): FluxError {
  return new FluxError('artifact/too-large', `the files come to more than the limit of ${maxBytes} bytes`, {
    hint: 'leave large files out with --ignore-paths',
    details: { maxBytes },
  });
}
