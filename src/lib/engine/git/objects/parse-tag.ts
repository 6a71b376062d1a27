import { Buffer } from 'node:buffer';

import { corruptError } from '../errors.ts';
import type { Tag } from '../types.ts';
import { parseHeaders, valueOf } from './parse-headers.ts';
import { parseSignature } from './signature.ts';

const SIGNATURE_START = /-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----/;

/**
 * Reads an annotated tag. A signed one carries its signature at the end of the message.
 *
 * Effects: none
 *
 * @throws {FluxError} git/corrupt-data: it points nowhere
 */
export function parseTag(id: string, bytes: Uint8Array): Tag {
  const headers = parseHeaders(bytes);
  const target = valueOf(headers, 'object');
  if (target === undefined || !/^[0-9a-f]{40}$/.test(target)) throw corruptError(`tag ${id} points to nothing`);
  const tagger = valueOf(headers, 'tagger');
  const start = SIGNATURE_START.exec(headers.message)?.index;
  const raw = Buffer.from(bytes);
  const signed =
    start === undefined
      ? {}
      : {
          signature: headers.message.slice(start),
          signedPayload: raw.subarray(0, raw.length - Buffer.byteLength(headers.message.slice(start))),
        };
  return {
    id,
    name: valueOf(headers, 'tag') ?? '',
    target,
    message: start === undefined ? headers.message : headers.message.slice(0, start),
    ...(tagger === undefined ? {} : { tagger: parseSignature(tagger) }),
    ...signed,
  };
}
