import { Buffer } from 'node:buffer';

import { corruptError } from '../errors.ts';
import type { Commit, Signature } from '../types.ts';
import { parseHeaders, valueOf } from './parse-headers.ts';
import { formatSignature, parseSignature } from './signature.ts';

/** What a new commit is made from. */
export interface CommitInit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** Armoured signature over the commit without it. */
  readonly signature?: string;
}

/**
 * Reads a commit object.
 *
 * Effects: none
 *
 * @throws {FluxError} git/corrupt-data: no tree
 */
export function parseCommit(id: string, bytes: Uint8Array): Commit {
  const headers = parseHeaders(bytes);
  const tree = valueOf(headers, 'tree');
  if (tree === undefined || !/^[0-9a-f]{40}$/.test(tree)) throw corruptError(`commit ${id} has no tree`);
  const signature = valueOf(headers, 'gpgsig');
  return {
    id,
    tree,
    parents: headers.lines.filter((line) => line.name === 'parent').map((line) => line.value),
    author: parseSignature(valueOf(headers, 'author') ?? ''),
    committer: parseSignature(valueOf(headers, 'committer') ?? ''),
    message: headers.message,
    subject: headers.message.trimStart().split('\n', 1)[0] ?? '',
    ...(signature === undefined ? {} : { signature, signedPayload: withoutSignature(bytes) }),
  };
}

/**
 * Writes a commit object. The message is stored as given.
 *
 * Effects: none
 */
export function formatCommit(commit: CommitInit): Buffer {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
  ];
  if (commit.signature !== undefined) lines.push(`gpgsig ${commit.signature.replace(/\n+$/, '').split('\n').join('\n ')}`);
  return Buffer.from(`${lines.join('\n')}\n\n${commit.message}`);
}

/** The bytes that were signed: the object without the header `gpgsig` and its continued lines, all else untouched. */
function withoutSignature(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const blank = text.indexOf('\n\n');
  const head = text.slice(0, blank + 1).replace(/(^|\n)gpgsig(?:-sha256)? [^\n]*\n(?: [^\n]*\n)*/g, '$1');
  return Buffer.from(head + text.slice(blank + 1), 'latin1');
}
