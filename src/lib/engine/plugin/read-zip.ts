import type { Buffer } from 'node:buffer';
import { crc32, inflateRawSync } from 'node:zlib';

/** A member of a zip file. */
export interface ZipMember {
  readonly name: string;
  /** False for directories, links and devices. */
  readonly isFile: boolean;
  /** Unpacks it; throws where it is damaged, or larger than the limit. */
  read(maxBytes: number): Buffer;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const UNIX = 3;

/**
 * Reads the members of a zip file from its central directory. Sizes and names count as they stand there; what stands before the
 * single members is only used to find their bytes.
 *
 * Effects: none
 * Source: PKWARE APPNOTE.TXT 6.3.10, section 4.3
 * Differs: files of more than 4 GiB (zip64), encrypted ones, and other methods than deflate are not read
 *
 * @throws {Error} it is no zip file, or one of those
 */
export function readZip(zip: Buffer): ZipMember[] {
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  const size = zip.readUInt32LE(end + 12);
  const offset = zip.readUInt32LE(end + 16);
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) throw new Error('it is in the form for more than 4 GiB');
  // A program may stand before the archive; then all places are so much further on.
  const base = end - size - offset;
  if (base < 0) throw new Error('its directory lies outside of it');
  const members: ZipMember[] = [];
  for (let at = base + offset; members.length < count; ) {
    if (at + ENTRY_BYTES > end || zip.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error('its directory is damaged');
    const nameLength = zip.readUInt16LE(at + 28);
    const next = at + ENTRY_BYTES + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (next > end) throw new Error('its directory is damaged');
    members.push(readMember(zip, at, base, zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength)));
    at = next;
  }
  return members;
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_BYTES; at >= Math.max(0, zip.length - END_BYTES - MAX_COMMENT); at -= 1) {
    if (zip.readUInt32LE(at) === END_SIGNATURE && at + END_BYTES + zip.readUInt16LE(at + 20) === zip.length) return at;
  }
  throw new Error('it has no end, so that it was cut off or is no zip file');
}

function readMember(zip: Buffer, at: number, base: number, name: string): ZipMember {
  const flags = zip.readUInt16LE(at + 8);
  const method = zip.readUInt16LE(at + 10);
  const sum = zip.readUInt32LE(at + 16);
  const packedSize = zip.readUInt32LE(at + 20);
  const size = zip.readUInt32LE(at + 24);
  const attributes = zip.readUInt32LE(at + 38);
  const local = base + zip.readUInt32LE(at + 42);
  const type = zip[at + 5] === UNIX ? (attributes >>> 16) & 0o170000 : 0;
  return {
    name,
    isFile: !name.endsWith('/') && (attributes & 0x10) === 0 && (type === 0 || type === 0o100000),
    read(maxBytes) {
      if ((flags & 1) !== 0) throw new Error(`${name} is encrypted`);
      if (size > maxBytes) throw new RangeError(`${name} has ${size} bytes`);
      if (local + LOCAL_BYTES > zip.length || zip.readUInt32LE(local) !== LOCAL_SIGNATURE)
        throw new Error(`${name} is not where it should be`);
      const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      if (start + packedSize > zip.length) throw new Error(`${name} is cut off`);
      const packed = zip.subarray(start, start + packedSize);
      if (method !== STORED && method !== DEFLATED) throw new Error(`${name} is compressed by method ${method}`);
      const bytes = method === STORED ? packed : inflate(packed, size, name);
      if (bytes.length !== size || crc32(bytes) !== sum) throw new Error(`${name} is damaged`);
      return bytes;
    },
  };
}

function inflate(packed: Buffer, size: number, name: string): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new Error(`${name} is damaged`, { cause });
  }
}
