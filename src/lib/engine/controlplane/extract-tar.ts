import { type WriteStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { FluxError } from '../../core/errors.ts';

const BLOCK = 512;

/**
 * Writes the wanted files of a tar stream, each to where `targetOf` says. Nothing in the archive decides on a path.
 *
 * Effects: writes the files, executable
 * Source: POSIX.1-1988 ustar
 *
 * @param targetOf gets a regular file's name in the archive; `undefined` skips it
 * @returns the names that were written
 * @throws {FluxError} controlplane/bad-archive: the stream is no tar, or it is cut off
 */
export async function extractTar(
  stream: AsyncIterable<Uint8Array>,
  targetOf: (name: string) => string | undefined,
): Promise<string[]> {
  const written: string[] = [];
  let pending: Buffer = Buffer.alloc(0);
  let left = 0;
  let padding = 0;
  let file: WriteStream | undefined;
  try {
    for await (const chunk of stream) {
      pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
      while (pending.length > 0) {
        if (left > 0) {
          const part = pending.subarray(0, left);
          pending = pending.subarray(part.length);
          left -= part.length;
          if (file !== undefined && !file.write(part)) await once(file, 'drain');
        } else if (file !== undefined) {
          await close(file);
          file = undefined;
        } else if (padding > 0) {
          const skipped = Math.min(padding, pending.length);
          pending = pending.subarray(skipped);
          padding -= skipped;
        } else if (pending.length < BLOCK) {
          break;
        } else {
          const header = pending.subarray(0, BLOCK);
          pending = pending.subarray(BLOCK);
          // Zero blocks stand at the end.
          if (header.every((byte) => byte === 0)) continue;
          const entry = parseTarHeader(header);
          left = entry.sizeBytes;
          padding = (BLOCK - (entry.sizeBytes % BLOCK)) % BLOCK;
          const target = entry.regular ? targetOf(entry.name) : undefined;
          if (target !== undefined) {
            file = createWriteStream(target, { mode: 0o755 });
            written.push(entry.name);
          }
        }
      }
    }
    if (left > 0) throw new FluxError('controlplane/bad-archive', `the archive is cut off in ${written.at(-1) ?? 'a file'}`);
  } finally {
    if (file !== undefined) await close(file);
  }
  return written;
}

async function close(file: WriteStream): Promise<void> {
  file.end();
  await finished(file);
}

/**
 * Reads the header block of an entry.
 *
 * Effects: none
 *
 * @throws {FluxError} controlplane/bad-archive: wrong checksum or size
 */
export function parseTarHeader(block: Uint8Array): { name: string; sizeBytes: number; regular: boolean } {
  const header = Buffer.from(block);
  const text = (start: number, length: number) => {
    const field = header.subarray(start, start + length).toString('utf8');
    const end = field.indexOf('\0');
    return end === -1 ? field : field.slice(0, end);
  };
  const octal = (start: number, length: number) => {
    const digits = text(start, length).trim();
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
  };
  // The sum counts its own field as spaces.
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  const sizeBytes = octal(124, 12);
  if (octal(148, 8) !== sum || sizeBytes === undefined) {
    throw new FluxError('controlplane/bad-archive', 'the archive is not a tar file');
  }
  const type = text(156, 1);
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const name = text(0, 100);
  return { name: prefix === '' ? name : `${prefix}/${name}`, sizeBytes, regular: type === '' || type === '0' };
}
