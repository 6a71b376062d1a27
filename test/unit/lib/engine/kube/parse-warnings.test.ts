import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWarnings } from '../../../../../src/lib/engine/kube/parse-warnings.ts';

test('parseWarnings() reads several joined warnings with their quotes', () => {
  assert.deepEqual(parseWarnings('299 - "unknown field \\"a, b\\"", 299 - "old"'), ['unknown field "a, b"', 'old']);
  assert.deepEqual(parseWarnings(['299 - "a"', '299 kube "b"']), ['a', 'b']);
});

test('parseWarnings() leaves out those of caches, and takes none for none', () => {
  assert.deepEqual(parseWarnings('110 cache "stale"'), []);
  assert.deepEqual(parseWarnings(undefined), []);
});
