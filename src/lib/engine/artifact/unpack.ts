import type { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';

import { FluxError } from '../../core/errors.ts';
import { cleanEntryPath } from './clean-entry-path.ts';
import { DEFAULT_MAX_BYTES } from './constants.ts';
import { checkDigest } from './digest.ts';
import { parseTar } from './parse-tar.ts';
import type { ArchiveEntry, UnpackedFile, UnpackOptions } from './types.ts';

/**
 * Unpacks an artifact into memory. Links and whatever else is no file are left out, as upstream.
 *
 * Effects: none
 * Source: fluxcd/pkg tar, http/fetch
 * Differs: there is a limit by default; upstream's controllers have none
 *
 * @returns files by path, in the archive's order
 * @throws {FluxError} artifact/digest-mismatch, artifact/invalid-digest, artifact/too-large, artifact/too-many-files,
 * artifact/corrupt, artifact/unsafe-path
 */
export function unpack(bytes: Uint8Array, options: UnpackOptions = {}): Map<string, UnpackedFile> {
  const files = new Map<string, UnpackedFile>();
  for (const { path, type, bytes: content, mode } of unpackEntries(bytes, options)) {
    if (type === 'file') files.set(path, { bytes: content, mode });
  }
  return files;
}

/**
 * Unpacks an artifact into memory, directories and all, so that it can be packed again.
 *
 * Effects: none
 * Source: fluxcd/pkg tar
 *
 * @throws {FluxError} as `unpack`
 */
export function unpackEntries(bytes: Uint8Array, options: UnpackOptions = {}): ArchiveEntry[] {
  if (options.digest !== undefined) checkDigest(bytes, options.digest);
  const entries: ArchiveEntry[] = [];
  for (const entry of parseTar(inflate(bytes, options.maxBytes ?? DEFAULT_MAX_BYTES), options.maxEntries)) {
    const path = cleanEntryPath(entry.name);
    if (entry.type !== 'other' && path !== '') entries.push({ path, mode: entry.mode, type: entry.type, bytes: entry.bytes });
  }
  return entries;
}

function inflate(bytes: Uint8Array, maxBytes: number): Buffer {
  // The head of what isn't gzip tells more than zlib's words would.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw corrupt('it is not compressed with gzip');
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new FluxError('artifact/too-large', `the artifact unpacks to more than the limit of ${maxBytes} bytes`, {
        hint: 'Leave large files out with .sourceignore, or raise the limit',
        details: { maxBytes },
        cause: error,
      });
    }
    throw corrupt('it cannot be decompressed', error);
  }
}

function corrupt(why: string, cause?: unknown): FluxError {
  return new FluxError('artifact/corrupt', `the artifact is not a readable archive: ${why}`, {
    hint: 'Fetch it again; if it stays, have its source build it anew',
    ...(cause === undefined ? {} : { cause }),
  });
}
