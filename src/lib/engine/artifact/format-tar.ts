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

/**
 * Writes a tar archive without anything of this machine: no owner, no time. Names that don't fit USTAR, for length or
 * for letters beyond ASCII, get a PAX record.
 *
 * Effects: none
 * Source: POSIX pax(1), "ustar Interchange Format"; Go archive/tar
 */
export function formatTar(entries: readonly TarEntry[]): Buffer {
  const pieces: Uint8Array[] = [];
  for (const entry of entries) {
    const split = splitName(entry.name);
    if (split === undefined) pieces.push(...formatPaxRecord(entry.name));
    const { name, prefix } = split ?? { name: shorten(entry.name), prefix: '' };
    pieces.push(formatHeader(name, prefix, entry.mode, entry.bytes.length, TYPE_FLAG[entry.type]));
    pieces.push(entry.bytes, padding(entry.bytes.length));
  }
  pieces.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(pieces);
}

function formatHeader(name: string, prefix: string, mode: number, size: number, flag: string): Buffer {
  if (size >= 8 ** 11) {
    throw new FluxError('artifact/too-large', `'${name}' has ${size} bytes, an archive takes files of up to 8 GiB`, {
      hint: 'Leave it out with .sourceignore',
    });
  }
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 'latin1');
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(flag, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write('0000000\0', 329, 'latin1');
  header.write('0000000\0', 337, 'latin1');
  header.write(prefix, 345, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Splits a long name at a `/`, as USTAR has it; `undefined` where that doesn't work. */
function splitName(name: string): { name: string; prefix: string } | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= NAME_BYTES) return { name, prefix: '' };
  const at = name.lastIndexOf('/', PREFIX_BYTES);
  if (at <= 0 || name.length - at - 1 > NAME_BYTES || at === name.length - 1) return undefined;
  return { name: name.slice(at + 1), prefix: name.slice(0, at) };
}

function formatPaxRecord(name: string): Buffer[] {
  const tail = Buffer.from(` path=${name}\n`);
  // The record starts with its own length, whose digits count too.
  let length = tail.length + 1;
  while (String(length).length + tail.length !== length) length = String(length).length + tail.length;
  const record = Buffer.concat([Buffer.from(String(length)), tail]);
  const slash = name.lastIndexOf('/');
  const label = shorten(`${name.slice(0, slash + 1)}PaxHeaders.0/${name.slice(slash + 1)}`);
  return [formatHeader(label, '', 0, record.length, 'x'), record, padding(record.length)];
}

/** What readers without PAX see: the ASCII letters of the name, as far as they fit. */
function shorten(name: string): string {
  return Array.from(name).filter(isAscii).join('').slice(0, NAME_BYTES);
}

/** Code points are what counts: a letter beyond ASCII takes more bytes than it has characters. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
