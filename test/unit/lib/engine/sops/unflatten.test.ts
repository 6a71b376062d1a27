import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { TreeValue } from '../../../../../src/lib/engine/sops/types.ts';
import { unflatten } from '../../../../../src/lib/engine/sops/unflatten.ts';

/** The tree as plain data. */
function plain(value: TreeValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && 'items' in value) {
    return Object.fromEntries(value.items.map((item) => [String(item.key), plain(item.value)]));
  }
  return value;
}

test('unflatten() makes maps and lists of paths', () => {
  const tree = unflatten([
    ['mac', 'x'],
    ['age__list_1__map_enc', 'two'],
    ['age__list_0__map_enc', 'one'],
    ['kms__list_0__map_context__map_a', 'b'],
  ]);
  assert.deepEqual(plain(tree), { age: [{ enc: 'one' }, { enc: 'two' }], kms: [{ context: { a: 'b' } }], mac: 'x' });
});

test('unflatten() refuses lists with a gap, values with members, and keys twice', () => {
  const refuses = (paths: readonly string[], why: RegExp) =>
    assert.throws(
      () => unflatten(paths.map((path) => [path, 'x'] as const)),
      (error) => isFluxError(error, 'sops/bad-metadata') && why.test(error.message),
    );
  refuses(['a__list_1'], /Incomplete list "a"/);
  refuses(['a__list_4000000000'], /Incomplete list/);
  refuses(['a', 'a__map_b'], /Type mismatch "a"/);
  refuses(['a', 'a'], /Duplicate value "a"/);
});
