import { Buffer } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { corruptError } from '../errors.ts';
import { applyDelta } from '../pack/apply-delta.ts';
import type { GitObject, ObjectType } from '../pack/types.ts';

const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const OFS_DELTA = 6;
const REF_DELTA = 7;
const HEAD_BYTES = 1032;
const ID_BYTES = 20;
/** Git itself never makes chains of more than some hundred. */
const MAX_CHAIN = 4096;

/** A pack on the disk that single objects are read from. */
export interface LocalPack {
  /** Ids that begin so. */
  match(prefix: string): string[];
  /** `undefined` where it is not in this pack. */
  read(id: string, other: (id: string) => GitObject): GitObject | undefined;
}

/**
 * Opens a pack by its index.
 *
 * Effects: reads the disk
 * Source: git Documentation/gitformat-pack.txt, "Version 2 pack-*.idx files"
 *
 * @param path of the index; the pack lies beside it
 * @param maxBytes most bytes that one object may have
 * @throws {FluxError} git/corrupt-data
 */
export function openLocalPack(path: string, maxBytes: number): LocalPack {
  const index = readFileSync(path);
  if (index.readUInt32BE(0) !== 0xff744f63 || index.readUInt32BE(4) !== 2)
    throw corruptError(`${path} is no pack index of version 2`);
  const count = index.readUInt32BE(8 + 255 * 4);
  const idAt = (position: number): Buffer =>
    index.subarray(HEAD_BYTES + position * ID_BYTES, HEAD_BYTES + (position + 1) * ID_BYTES);
  const small = HEAD_BYTES + count * (ID_BYTES + 4);
  const large = small + count * 4;
  const offsetAt = (position: number): number => {
    const value = index.readUInt32BE(small + position * 4);
    return value < 0x80000000 ? value : Number(index.readBigUInt64BE(large + (value - 0x80000000) * 8));
  };
  const packPath = path.replace(/\.idx$/, '.pack');
  const end = statSync(packPath).size - ID_BYTES;
  let starts: number[] | undefined;
  /** An entry ends where the next one begins. */
  const endOf = (offset: number): number => {
    starts ??= Array.from({ length: count }, (_, position) => offsetAt(position)).sort((left, right) => left - right);
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return starts[low] ?? end;
  };
  /** Position of the first id that is not before this one. */
  const lowerBound = (wanted: Buffer): number => {
    const first = wanted[0] ?? 0;
    let low = first === 0 ? 0 : index.readUInt32BE(8 + (first - 1) * 4);
    let high = index.readUInt32BE(8 + first * 4);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(idAt(middle), wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const readAt = (offset: number, other: (id: string) => GitObject, depth: number): GitObject => {
    if (depth > MAX_CHAIN) throw corruptError(`${packPath} has a chain of deltas without an end`);
    const entry = readBytes(packPath, offset, endOf(offset));
    let at = 0;
    const byte = (): number => entry[at++] ?? 0;
    let head = byte();
    const type = (head >> 4) & 7;
    while (head >= 0x80) head = byte();
    let base: GitObject | undefined;
    if (type === OFS_DELTA) {
      let part = byte();
      let back = part & 0x7f;
      while (part >= 0x80) {
        part = byte();
        back = (back + 1) * 128 + (part & 0x7f);
      }
      base = readAt(offset - back, other, depth + 1);
    } else if (type === REF_DELTA) {
      const id = entry.toString('hex', at, at + ID_BYTES);
      at += ID_BYTES;
      base = read(id, other, depth + 1) ?? other(id);
    }
    const bytes = inflateSync(entry.subarray(at), { maxOutputLength: maxBytes });
    if (base !== undefined) return { type: base.type, bytes: applyDelta(base.bytes, bytes, maxBytes) };
    const plain = TYPES[type];
    if (plain === undefined) throw corruptError(`${packPath} has an entry of the unknown type ${type}`);
    return { type: plain, bytes };
  };

  const read = (id: string, other: (id: string) => GitObject, depth: number): GitObject | undefined => {
    const wanted = Buffer.from(id, 'hex');
    const position = lowerBound(wanted);
    if (position >= count || !idAt(position).equals(wanted)) return undefined;
    return readAt(offsetAt(position), other, depth);
  };
  return {
    read: (id, other) => read(id, other, 0),
    match(prefix) {
      const found: string[] = [];
      for (let position = lowerBound(Buffer.from(prefix.padEnd(40, '0'), 'hex')); position < count; position += 1) {
        const id = idAt(position).toString('hex');
        if (!id.startsWith(prefix)) break;
        found.push(id);
      }
      return found;
    },
  };
}

function readBytes(path: string, from: number, to: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, to - from));
    readSync(file, bytes, 0, bytes.length, from);
    return bytes;
  } finally {
    closeSync(file);
  }
}
