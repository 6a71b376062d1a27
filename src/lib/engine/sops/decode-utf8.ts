import type { RawText } from './types.ts';

/** Decodes a value as UTF-8; what is not UTF-8 is kept as bytes. */
export function decodeUtf8(bytes: Uint8Array): string | RawText {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { type: 'raw', bytes };
  }
}
