import type { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { MAX_ENTRIES } from './constants.ts';

/** One entry of an archive. */
export interface ParsedTarEntry {
  readonly name: string;
  readonly mode: number;
  /** `other` is whatever is neither a file nor a directory: links, devices, pipes. */
  readonly type: 'file' | 'directory' | 'other';
  readonly bytes: Buffer;
}

const BLOCK = 512;

/**
 * Reads a tar archive: USTAR, PAX and GNU's long names.
 *
 * Effects: none
 * Source: POSIX pax(1); GNU tar manual, "Basic Tar Format"
 *
 * @throws {FluxError} artifact/corrupt: not an archive, or cut short; artifact/too-many-files
 */
export function parseTar(archive: Buffer, maxEntries: number = MAX_ENTRIES): ParsedTarEntry[] {
  const entries: ParsedTarEntry[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return entries;
    checkSum(header);
    const flag = String.fromCharCode(header[156] ?? 0);
    const size = parseNumber(header, 124, 12);
    const start = at + BLOCK;
    if (start + size > archive.length) throw corrupt('it ends in the middle of a file');
    const bytes = archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (flag === 'x') longName = parsePaxPath(bytes) ?? longName;
    else if (flag === 'L') longName = bytes.toString().replace(/\0.*$/s, '');
    else if (flag !== 'g' && flag !== 'K') {
      if (entries.length >= maxEntries) throw tooMany(maxEntries);
      entries.push({ name: longName ?? parseName(header), mode: parseNumber(header, 100, 8) & 0o777, type: typeOf(flag), bytes });
      longName = undefined;
    }
  }
  if (entries.length === 0) throw corrupt('it has no entries');
  return entries;
}

function typeOf(flag: string): ParsedTarEntry['type'] {
  if (flag === '0' || flag === '\0' || flag === '7') return 'file';
  return flag === '5' ? 'directory' : 'other';
}

function parseName(header: Buffer): string {
  const name = parseText(header, 0, 100);
  const isUstar = header.toString('latin1', 257, 262) === 'ustar' && header[262] === 0;
  const prefix = isUstar ? parseText(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function parseText(header: Buffer, start: number, size: number): string {
  const field = header.subarray(start, start + size);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? size : end);
}

function parseNumber(header: Buffer, start: number, size: number): number {
  const field = header.subarray(start, start + size);
  if (((field[0] ?? 0) & 0x80) === 0) {
    const text = field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trim();
    if (!/^[0-7]*$/.test(text)) throw corrupt('a header has a number that is none');
    return text === '' ? 0 : Number.parseInt(text, 8);
  }
  // GNU's form for what octal digits cannot hold.
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw corrupt('a header has an absurd number');
  return value;
}

function parsePaxPath(bytes: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, space), 10);
    if (!(length > space - at + 1) || at + length > bytes.length) throw corrupt('it has an extended header that cannot be read');
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) path = record.slice('path='.length);
    if (record.startsWith('size=')) throw corrupt('it has a file of more than 8 GiB');
    at += length;
  }
  return path;
}

function checkSum(header: Buffer): void {
  let sum = 0;
  // A plain loop: there are tens of thousands of headers, and pairs of an iterator would be millions.
  for (let index = 0; index < BLOCK; index += 1) sum += index >= 148 && index < 156 ? 0x20 : (header[index] ?? 0);
  if (parseNumber(header, 148, 8) !== sum) throw corrupt('a header has a wrong checksum');
}

function tooMany(max: number): FluxError {
  return new FluxError('artifact/too-many-files', `the artifact has more than ${max} files and directories`, {
    hint: 'Leave some out with .sourceignore or spec.ignore of the source',
    details: { max },
  });
}

function corrupt(why: string): FluxError {
  return new FluxError('artifact/corrupt', `the artifact is not a readable archive: ${why}`, {
    hint: 'Fetch it again; if it stays, have its source build it anew',
  });
}
