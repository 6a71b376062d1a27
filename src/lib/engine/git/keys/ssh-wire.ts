import { Buffer } from 'node:buffer';

/**
 * Writes a string of SSH's wire format: its length, then its bytes.
 *
 * Effects: none
 * Source: RFC 4251 section 5
 */
export function formatString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * Writes a non-negative integer of SSH's wire format, given its bytes, most significant first.
 *
 * Effects: none
 * Source: RFC 4251 section 5, mpint
 */
export function formatInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  // The highest bit is the sign, so a number that has it set gets a zero in front.
  return formatString((digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}
