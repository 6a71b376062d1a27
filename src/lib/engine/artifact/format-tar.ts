import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';

/** One entry to write. */
export interface TarEntry {
  readonly name: string;
  readonly mode: number;
  readonly type: 'file' | 'directory';
  readonly bytes: Uint8Array;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const TYPE_FLAG = { file: '0', directory: '5' } as const;
/** How much of a file Go copies at once. */
export const COPY_BYTES: number = 32 * 1024;

/**
 * Writes a tar archive without anything of this machine: no owner, no time. Names that don't fit USTAR, for length or
 * for letters beyond ASCII, get a PAX record.
 *
 * Effects: calls `write`
 * Source: POSIX pax(1), "ustar Interchange Format"; Go archive/tar
 *
 * @param write gets the archive in the pieces in which Go writes it
 * @throws {FluxError} artifact/too-large: a file of 8 GiB and more
 */
export function writeTar(entries: Iterable<TarEntry>, write: (piece: Uint8Array) => void): void {
  for (const entry of entries) {
    const { length } = entry.bytes;
    writeTarHead({ name: entry.name, mode: entry.mode, type: entry.type, size: length }, write);
    for (let at = 0; at < length; at += COPY_BYTES) write(entry.bytes.subarray(at, Math.min(at + COPY_BYTES, length)));
    write(padding(length));
  }
  writeTarEnd(write);
}

/** What stands before the content of an entry. */
export interface TarHead {
  readonly name: string;
  readonly mode: number;
  readonly type: 'file' | 'directory';
  /** Bytes of the content; those and `writeTarPadding` have to follow. */
  readonly size: number;
}

/**
 * Writes the head of one entry, for whoever has its content piece by piece.
 *
 * Effects: calls `write`
 *
 * @throws {FluxError} artifact/too-large: a file of 8 GiB and more
 */
export function writeTarHead(head: TarHead, write: (piece: Uint8Array) => void): void {
  const split = splitName(head.name);
  if (split === undefined) writePaxRecord(head.name, write);
  const { name, prefix } = split ?? { name: keepAscii(head.name), prefix: '' };
  write(formatHeader({ name, prefix, mode: head.mode, size: head.size, flag: TYPE_FLAG[head.type] }));
}

/** Writes what follows the content of an entry. */
export function writeTarPadding(size: number, write: (piece: Uint8Array) => void): void {
  write(padding(size));
}

/** Writes the end of the archive. */
export function writeTarEnd(write: (piece: Uint8Array) => void): void {
  write(Buffer.alloc(BLOCK));
  write(Buffer.alloc(BLOCK));
}

/** @param flag with `x` the numbers of a device are left out, as Go does */
function formatHeader({
  name,
  prefix,
  mode,
  size,
  flag,
}: Record<'name' | 'prefix' | 'flag', string> & Record<'mode' | 'size', number>): Buffer {
  if (size >= 8 ** 11) {
    throw new FluxError('artifact/too-large', `'${name}' has ${size} bytes, an archive takes files of up to 8 GiB`, {
      hint: 'Leave it out with .sourceignore',
    });
  }
  const header = Buffer.alloc(BLOCK);
  header.write(cutName(name), 0, 'latin1');
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(flag, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  if (flag !== 'x') {
    header.write('0000000\0', 329, 'latin1');
    header.write('0000000\0', 337, 'latin1');
  }
  header.write(prefix, 345, 'latin1');
  let sum = 0;
  // A plain loop: there are thousands of headers, and an iterator costs more than all the rest of one.
  for (let index = 0; index < BLOCK; index += 1) sum += header[index] as number;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** What fits of a name; a slash at the cut would make a directory of it. */
function cutName(name: string): string {
  return name.length <= NAME_BYTES ? name : name.slice(0, NAME_BYTES).replace(/\/+$/, '');
}

/** Splits a long name at a `/`, as USTAR has it; `undefined` where that doesn't work. */
function splitName(name: string): { name: string; prefix: string } | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= NAME_BYTES) return { name, prefix: '' };
  const at = name.lastIndexOf('/', PREFIX_BYTES);
  if (at <= 0 || name.length - at - 1 > NAME_BYTES || at === name.length - 1) return undefined;
  return { name: name.slice(at + 1), prefix: name.slice(0, at) };
}

function writePaxRecord(name: string, write: (piece: Uint8Array) => void): void {
  const tail = Buffer.from(` path=${name}\n`);
  // The record starts with its own length, whose digits count too.
  let length = tail.length + 1;
  while (String(length).length + tail.length !== length) length = String(length).length + tail.length;
  const slash = name.lastIndexOf('/');
  const label = keepAscii(`${name.slice(0, slash + 1)}PaxHeaders.0/${name.slice(slash + 1)}`);
  const shown = label.slice(0, NAME_BYTES).replace(/\/+$/, '');
  write(formatHeader({ name: shown, prefix: '', mode: 0, size: length, flag: 'x' }));
  write(Buffer.concat([Buffer.from(String(length)), tail]));
  write(padding(length));
}

/** What readers without PAX see: the ASCII letters of the name. */
function keepAscii(name: string): string {
  return Array.from(name).filter(isAscii).join('');
}

/** Code points are what counts: a letter beyond ASCII takes more bytes than it has characters. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
