import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import type { GitObject, ObjectType } from './types.ts';

const TYPE_NUMBER: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };

/**
 * Writes objects as a pack, each whole: a commit of ours has a handful of small ones, so deltas would gain nothing.
 *
 * Effects: none
 * Source: git Documentation/gitformat-pack.txt
 */
export function formatPack(objects: readonly GitObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK', 0, 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const pieces: Uint8Array[] = [header];
  for (const object of objects) pieces.push(formatEntryHead(object), deflateSync(object.bytes));
  const body = Buffer.concat(pieces);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

function formatEntryHead(object: GitObject): Uint8Array {
  const head: number[] = [];
  let rest = Math.floor(object.bytes.length / 16);
  let part = (TYPE_NUMBER[object.type] << 4) | (object.bytes.length % 16);
  while (rest > 0) {
    head.push(part | 0x80);
    part = rest % 128;
    rest = Math.floor(rest / 128);
  }
  head.push(part);
  return Uint8Array.from(head);
}
