import { createDecipheriv } from 'node:crypto';
import { FluxError } from '../../core/errors.ts';
import { decodeBase64 } from './decode-base64.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import type { Leaf } from './types.ts';

/** How SOPS writes an encrypted value. Each part is in base64, so that the expression needs no going back. */
const ENCRYPTED = /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]/;

/** Bytes of the tag that AES-GCM puts behind what it encrypts. */
const TAG_LENGTH = 16;

const ALGORITHMS: ReadonlyMap<number, 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'> = new Map([
  [16, 'aes-128-gcm'],
  [24, 'aes-192-gcm'],
  [32, 'aes-256-gcm'],
] as const);

/**
 * Decrypts one value of a document.
 *
 * Effects: none
 * Source: sops aes/cipher.go
 *
 * @param value as in the file; an empty text is never encrypted and stays empty
 * @param aad what the value is bound to: its path, or the time of the last change
 * @throws {FluxError} sops/decrypt-failed: it is no encrypted value, was encrypted with another key or for another path, or
 * was changed. The value is not told
 */
export function decryptValue(value: string, dataKey: Uint8Array, aad: string): Leaf {
  if (value === '') return '';
  const match = ENCRYPTED.exec(value);
  if (match === null) throw failed("Input string <redacted> does not match sops' data format");
  const [data, iv, tag] = [match[1], match[2], match[3]].map((part, at) => {
    const bytes = decodeBase64(part ?? '');
    if (bytes === undefined) throw failed(`Error base64-decoding ${['data', 'iv', 'tag'][at]}`);
    return bytes;
  });
  return typed(
    open(Buffer.concat([data ?? [], tag ?? []] as Uint8Array[]), iv ?? new Uint8Array(), dataKey, aad),
    match[4] ?? '',
  );
}

function open(sealed: Uint8Array, iv: Uint8Array, dataKey: Uint8Array, aad: string): Uint8Array {
  const algorithm = ALGORITHMS.get(dataKey.length);
  if (algorithm === undefined) throw failed(`the data key has ${dataKey.length} bytes, it must have 32`);
  if (sealed.length < TAG_LENGTH) throw failed('Could not decrypt with AES_GCM: cipher: message authentication failed');
  try {
    const decipher = createDecipheriv(algorithm, dataKey, iv);
    decipher.setAAD(Buffer.from(aad));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_LENGTH)), decipher.final()]);
  } catch {
    // The sentence of the library is left out: it depends on its version.
    throw failed('Could not decrypt with AES_GCM: cipher: message authentication failed');
  }
}

function typed(bytes: Uint8Array, type: string): Leaf {
  const text = decodeUtf8(bytes);
  const plain = typeof text === 'string' ? text : '';
  switch (type) {
    case 'str':
    case 'bytes':
      return text;
    case 'comment':
      return { type: 'comment', text: plain, inline: false };
    case 'int':
      if (!/^[+-]?[0-9]+$/.test(plain) || !isInt64(BigInt(plain.replace('+', '')))) throw failed('the value is no integer');
      return BigInt(plain.replace('+', ''));
    case 'float':
      return { type: 'float', value: parseFloatText(plain) };
    case 'bool':
      if (/^(?:1|t|T|true|TRUE|True)$/.test(plain)) return true;
      if (/^(?:0|f|F|false|FALSE|False)$/.test(plain)) return false;
      throw failed('the value is neither true nor false');
    case 'time':
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(plain)) throw failed('the value is no point in time');
      return { type: 'time', text: plain };
    default:
      throw failed(`Unknown datatype: ${type}`);
  }
}

/** Tells whether Go's `int` can hold it. */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function parseFloatText(text: string): number {
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return Number(text);
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word === null) throw failed('the value is no number');
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function failed(why: string): FluxError {
  return new FluxError('sops/decrypt-failed', why);
}
