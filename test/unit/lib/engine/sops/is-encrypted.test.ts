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

test('createEncryptionTest() follows the rule that is set, on any level of the path', () => {
  const suffix = createEncryptionTest({ ...NONE, unencryptedSuffix: '_unencrypted' });
  assert.equal(suffix(['a', 'b'], [[], []], false), true);
  assert.equal(suffix(['a_unencrypted', 'b'], [[], []], false), false);
  const only = createEncryptionTest({ ...NONE, encryptedSuffix: '_enc' });
  assert.deepEqual([only(['a'], [[]], false), only(['a_enc', 'b'], [[], []], false)], [false, true]);
  const regex = createEncryptionTest({ ...NONE, encryptedRegex: '^(data|stringData)$' });
  assert.deepEqual([regex(['data', 'x'], [], false), regex(['metadata'], [], false)], [true, false]);
  const not = createEncryptionTest({ ...NONE, unencryptedRegex: '(?i)^META' });
  assert.deepEqual([not(['metadata', 'x'], [], false), not(['data'], [], false)], [false, true]);
});

test('createEncryptionTest() looks at comments before a value, and not at the one itself that asks for encryption', () => {
  const asked = createEncryptionTest({ ...NONE, encryptedCommentRegex: 'sops:enc' });
  assert.equal(asked(['a'], [[' sops:enc']], false), true);
  assert.equal(asked(['a'], [['other']], false), false);
  assert.equal(asked([], [[' sops:enc']], true), false);
  assert.equal(asked([], [[' sops:enc', ' next']], true), true);
  const open = createEncryptionTest({ ...NONE, unencryptedCommentRegex: 'open' });
  assert.equal(open(['a'], [['open'], []], false), false);
  assert.equal(open(['a'], [[]], false), true);
});

test('createEncryptionTest() takes an expression that is none for one that fits nothing', () => {
  assert.equal(createEncryptionTest({ ...NONE, encryptedRegex: '(' })(['('], [], false), false);
});

test('createEncryptionTest() gives up on an expression that takes too long', () => {
  const slow = createEncryptionTest({ ...NONE, encryptedRegex: '^(a+)+$' });
  assert.throws(
    () => slow([`${'a'.repeat(60)}!`], [], false),
    (error) => isFluxError(error, 'sops/bad-regex'),
  );
});
