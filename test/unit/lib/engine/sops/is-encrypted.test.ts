import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { createEncryptionTest } from '../../../../../src/lib/engine/sops/is-encrypted.ts';
import type { EncryptionRules } from '../../../../../src/lib/engine/sops/types.ts';

const NONE: EncryptionRules = {
  unencryptedSuffix: '',
  encryptedSuffix: '',
  unencryptedRegex: '',
  encryptedRegex: '',
  unencryptedCommentRegex: '',
  encryptedCommentRegex: '',
};

/** Asks with these comments on each level. */
function ask(
  rules: Partial<EncryptionRules>,
  path: readonly string[],
  comments: readonly (readonly string[])[] = [],
  isComment = false,
): boolean {
  const test = createEncryptionTest({ ...NONE, ...rules });
  const levels = comments.map((texts) => {
    const level = { fitting: 0, isLastFitting: false };
    for (const text of texts) test.addComment(level, text);
    return level;
  });
  return test.isEncrypted(path, levels, isComment);
}

test('createEncryptionTest() follows the rule that is set, on any level of the path', () => {
  const unencryptedSuffix = '_unencrypted';
  assert.deepEqual([ask({ unencryptedSuffix }, ['a', 'b']), ask({ unencryptedSuffix }, ['a_unencrypted', 'b'])], [true, false]);
  const encryptedSuffix = '_enc';
  assert.deepEqual([ask({ encryptedSuffix }, ['a']), ask({ encryptedSuffix }, ['a_enc', 'b'])], [false, true]);
  const encryptedRegex = '^(data|stringData)$';
  assert.deepEqual([ask({ encryptedRegex }, ['data', 'x']), ask({ encryptedRegex }, ['metadata'])], [true, false]);
  const unencryptedRegex = '(?i)^META';
  assert.deepEqual([ask({ unencryptedRegex }, ['metadata', 'x']), ask({ unencryptedRegex }, ['data'])], [false, true]);
  assert.equal(ask({}, ['a']), true);
});

test('createEncryptionTest() looks at comments before a value, and not at the one itself that asks for encryption', () => {
  const encryptedCommentRegex = 'sops:enc';
  assert.equal(ask({ encryptedCommentRegex }, ['a'], [[' sops:enc']]), true);
  assert.equal(ask({ encryptedCommentRegex }, ['a', 'b'], [[' sops:enc'], []]), true);
  assert.equal(ask({ encryptedCommentRegex }, ['a'], [['other']]), false);
  assert.equal(ask({ encryptedCommentRegex }, [], [[' sops:enc']], true), false);
  assert.equal(ask({ encryptedCommentRegex }, [], [[' sops:enc', ' next']], true), true);
  assert.equal(ask({ encryptedCommentRegex }, [], [[' sops:enc', ' sops:enc']], true), true);
  const unencryptedCommentRegex = 'open';
  assert.equal(ask({ unencryptedCommentRegex }, ['a'], [['open'], []]), false);
  assert.equal(ask({ unencryptedCommentRegex }, ['a'], [[]]), true);
});

test('createEncryptionTest() takes an expression that is none for one that fits nothing', () => {
  assert.equal(ask({ encryptedRegex: '(' }, ['(']), false);
  assert.equal(ask({ unencryptedRegex: '(' }, ['(']), true);
});

test('createEncryptionTest() gives up on an expression that takes too long', () => {
  assert.throws(
    () => ask({ encryptedRegex: '^(a+)+$' }, [`${'a'.repeat(60)}!`]),
    (error) => isFluxError(error, 'sops/bad-regex'),
  );
});
