import { createHash, type Hash } from 'node:crypto';
import { FluxError, isFluxError } from '../../core/errors.ts';
import { decryptValue } from './cipher.ts';
import { formatFloat } from './format-float.ts';
import { type CommentLevel, createEncryptionTest, type EncryptionTest } from './is-encrypted.ts';
import { type Branch, type Comment, isBranch, isComment, isList, type Leaf, type SopsMetadata, type TreeValue } from './types.ts';

/** What a MAC over encrypted values alone starts with: the SHA-256 of "sops". */
const ENCRYPTED_ONLY = Buffer.from('8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69', 'hex');

/** A document in clear. */
export interface DecryptedTree {
  readonly branches: readonly Branch[];
  /** The MAC of what was read, in upper-case hexadecimal. */
  readonly mac: string;
}

interface Walk {
  readonly dataKey: Uint8Array;
  readonly metadata: SopsMetadata;
  readonly rules: EncryptionTest;
  readonly hash: Hash;
}

/**
 * Decrypts all values of a document, and sums up what the MAC covers.
 *
 * A comment that does not decrypt is taken for one that never was encrypted, as upstream does.
 *
 * Effects: none
 * Source: sops sops.go Decrypt
 *
 * @throws {FluxError} sops/decrypt-failed: a value is not encrypted although it should be, or does not decrypt; tells the path
 */
export function decryptTree(branches: readonly Branch[], metadata: SopsMetadata, dataKey: Uint8Array): DecryptedTree {
  const hash = createHash('sha512');
  if (metadata.macOnlyEncrypted) hash.update(ENCRYPTED_ONLY);
  const walk: Walk = { dataKey, metadata, rules: createEncryptionTest(metadata), hash };
  const plain = branches.map((branch) => walkBranch(walk, branch, [], []));
  return { branches: plain, mac: hash.digest('hex').toUpperCase() };
}

type Comments = readonly CommentLevel[];

const newLevel = (): CommentLevel => ({ fitting: 0, isLastFitting: false });

function walkBranch(walk: Walk, branch: Branch, path: readonly string[], comments: Comments): Branch {
  let active = newLevel();
  const items = branch.items.map(({ key, value }) => {
    if (isComment(key)) {
      walk.rules.addComment(active, key.text);
      return { key: walkComment(walk, key, path, [...comments, active]), value };
    }
    if (typeof key !== 'string') {
      throw new FluxError(
        'sops/decrypt-failed',
        `Tree contains a non-string key (type ${key.goType}): only string keys are supported`,
      );
    }
    const plain = walkValue(walk, value, [...path, key], [...comments, active]);
    active = newLevel();
    return { key, value: plain };
  });
  return { type: 'branch', items };
}

function walkList(walk: Walk, list: readonly TreeValue[], path: readonly string[], comments: Comments): TreeValue[] {
  let active = newLevel();
  return list.map((value) => {
    if (isComment(value)) {
      walk.rules.addComment(active, value.text);
      return openComment(walk, value, path, [...comments, active]);
    }
    const plain = walkValue(walk, value, path, [...comments, active]);
    active = newLevel();
    return plain;
  });
}

function walkValue(walk: Walk, value: TreeValue, path: readonly string[], comments: Comments): TreeValue {
  if (value === null) return value;
  if (isBranch(value)) return walkBranch(walk, value, path, comments);
  if (isList(value)) return walkList(walk, value, path, comments);
  const isEncrypted = walk.rules.isEncrypted(path, comments, false);
  const plain = isEncrypted ? openValue(walk, value, path) : value;
  if (isEncrypted || !walk.metadata.macOnlyEncrypted) walk.hash.update(bytesOf(plain));
  return plain;
}

function openValue(walk: Walk, value: Leaf, path: readonly string[]): Leaf {
  if (typeof value !== 'string') {
    throw failed(path, `Expected encrypted value as string, but got ${goTypeOf(value)}`);
  }
  try {
    return decryptValue(value, walk.dataKey, `${path.join(':')}:`);
  } catch (error) {
    if (!isFluxError(error, 'sops/decrypt-failed')) throw error;
    throw failed(path, `Could not decrypt value: ${error.message}`);
  }
}

/** A comment in a map stays one, whatever type its encrypted form tells. */
function walkComment(walk: Walk, comment: Comment, path: readonly string[], comments: Comments): Comment {
  const plain = openComment(walk, comment, path, comments);
  if (isComment(plain)) return plain;
  if (typeof plain === 'string') return { ...comment, text: plain };
  throw failed(path, 'a comment is of another type');
}

function openComment(walk: Walk, comment: Comment, path: readonly string[], comments: Comments): Leaf {
  if (!comment.text.startsWith('ENC[') || !walk.rules.isEncrypted(path, comments, true)) return comment;
  try {
    return decryptValue(comment.text, walk.dataKey, `${path.join(':')}:`);
  } catch {
    return comment;
  }
}

function failed(path: readonly string[], why: string): FluxError {
  return new FluxError('sops/decrypt-failed', `Error walking tree: ${path.length === 0 ? '' : `${path.join('.')}: `}${why}`);
}

/** What the MAC is made of. */
function bytesOf(leaf: Leaf): string | Uint8Array {
  if (typeof leaf === 'string') return leaf;
  if (typeof leaf === 'bigint') return String(leaf);
  if (typeof leaf === 'boolean') return leaf ? 'True' : 'False';
  if (leaf === null) return '';
  switch (leaf.type) {
    case 'float':
      return formatFloat(leaf.value, 'f');
    case 'raw':
      return leaf.bytes;
    default:
      return leaf.text;
  }
}

function goTypeOf(leaf: Leaf): string {
  if (typeof leaf === 'bigint') return 'int';
  if (typeof leaf === 'boolean') return 'bool';
  if (typeof leaf === 'object' && leaf !== null && leaf.type === 'float') return 'float64';
  return 'time.Time';
}
