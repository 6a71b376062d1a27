import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeSimple } from '../../../../../src/lib/core/yaml/index.ts';
import { RULES } from '../../../../support/compare-readers.ts';

test('composeSimple() reads JSON and simple YAML', () => {
  assert.deepEqual(composeSimple('{"a":[1]}\n', RULES), [{ value: { a: [{ plain: '1', inFlow: true }] }, offset: 0 }]);
  assert.deepEqual(composeSimple('# c\na:\n- 1\n', RULES), [{ value: { a: [{ plain: '1', inFlow: false }] }, offset: 4 }]);
  assert.deepEqual(composeSimple('# c\n', RULES), []);
});

test('composeSimple() leaves what is not simple, wrong or too large to the general reader', () => {
  assert.equal(composeSimple('a: &x b\n', RULES), undefined);
  assert.equal(composeSimple('a: "b\n', RULES), undefined);
  assert.equal(composeSimple('a: b\n', RULES, { maxLength: 4 }), undefined);
  assert.equal(composeSimple('{"a":[1]}', RULES, { maxDepth: 1 }), undefined);
  assert.equal(composeSimple('a: 1\n', { ...RULES, plain: () => undefined }), undefined);
  assert.equal(composeSimple('1: a\n', { ...RULES, key: () => undefined }), undefined);
});
