/**
 * The few DER types that an X.509 certificate is made of.
 *
 * Source: ITU-T X.690; RFC 5280 section 4.1
 */

/**
 * Writes one value: tag, length, content.
 *
 * Effects: none
 */
export function encodeValue(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length, ...length]), body]);
}

/** Writes a SEQUENCE. */
export function encodeSequence(...items: readonly Uint8Array[]): Buffer {
  return encodeValue(0x30, ...items);
}

/** Writes a SET of one item. */
export function encodeSet(item: Uint8Array): Buffer {
  return encodeValue(0x31, item);
}

/** Writes a non-negative INTEGER from its big-endian bytes. */
export function encodeInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  // A set first bit would make it negative.
  return encodeValue(0x02, Buffer.from((digits[0] ?? 0) & 0x80 ? [0] : []), digits);
}

/** Writes a BOOLEAN that is true; false is always left out, being the default. */
export function encodeTrue(): Buffer {
  return encodeValue(0x01, Buffer.from([0xff]));
}

/** Writes an OBJECT IDENTIFIER. */
export function encodeObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc % 128];
    for (let value = Math.floor(arc / 128); value > 0; value = Math.floor(value / 128)) groups.unshift((value % 128) | 0x80);
    bytes.push(...groups);
  }
  return encodeValue(0x06, Buffer.from(bytes));
}

/** Writes a UTF8String. */
export function encodeText(text: string): Buffer {
  return encodeValue(0x0c, Buffer.from(text, 'utf8'));
}

/** Writes an OCTET STRING. */
export function encodeOctets(bytes: Uint8Array): Buffer {
  return encodeValue(0x04, bytes);
}

/** Writes a BIT STRING. */
export function encodeBits(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encodeValue(0x03, Buffer.from([unusedBits]), bytes);
}

/** Writes a time: UTCTime up to 2049, GeneralizedTime from 2050 on, as RFC 5280 wants it. */
export function encodeTime(time: Date): Buffer {
  const digits = time
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return time.getUTCFullYear() < 2050
    ? encodeValue(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : encodeValue(0x18, Buffer.from(digits, 'latin1'));
}
