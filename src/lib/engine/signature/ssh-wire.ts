import { Buffer } from 'node:buffer';

/**
 * Writes bytes with their length before them, as the SSH protocol has its strings.
 *
 * Effects: none
 * Source: RFC 4251 section 5
 */
export function formatString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * Writes a positive whole number, given as big-endian bytes, in as few bytes as it takes.
 *
 * Effects: none
 * Source: RFC 4251 section 5, mpint
 */
export function formatInteger(magnitude: Uint8Array): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const bytes = first === -1 ? Buffer.alloc(0) : Buffer.from(magnitude.subarray(first));
  // A leading bit would make the number negative.
  return formatString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

/** Reads fields off the front of some bytes. It throws a `RangeError` where they end too early. */
export interface WireReader {
  /** The next bytes, of a known number. */
  bytes(count: number): Buffer;
  /** The next length and the bytes that follow it. */
  string(): Buffer;
  /** The next string as text. */
  text(): string;
  /** The next positive number as big-endian bytes without leading zeros. */
  integer(): Buffer;
  uint32(): number;
  /** All that is left. */
  rest(): Buffer;
}

/** Begins to read the fields of some bytes. */
export function readWire(input: Uint8Array): WireReader {
  const all = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  let offset = 0;
  const reader: WireReader = {
    bytes(count) {
      if (count > all.length - offset) throw new RangeError('the data ends too early');
      offset += count;
      return all.subarray(offset - count, offset);
    },
    string: () => reader.bytes(reader.uint32()),
    text: () => reader.string().toString('latin1'),
    integer() {
      const bytes = reader.string();
      if ((bytes[0] ?? 0) >= 0x80) throw new RangeError('the number is negative');
      const first = bytes.findIndex((byte) => byte !== 0);
      return first === -1 ? Buffer.alloc(0) : bytes.subarray(first);
    },
    uint32: () => reader.bytes(4).readUInt32BE(),
    rest: () => reader.bytes(all.length - offset),
  };
  return reader;
}
