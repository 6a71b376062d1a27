import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { formatTree, parseTree } from '../../../../../../src/lib/engine/git/objects/tree.ts';

const id = 'ab'.repeat(20);

test('parseTree() reads back what formatTree() writes, a directory sorting as if it ended in a slash', () => {
  const items = [
    { name: 'a', mode: 0o40000, id },
    { name: 'a.b', mode: 0o100644, id },
    { name: 'a-b', mode: 0o100755, id },
    { name: 'ü', mode: 0o120000, id },
  ];
  const parsed = parseTree(formatTree(items));
  assert.deepEqual(
    parsed.map((item) => item.name),
    ['a-b', 'a.b', 'a', 'ü'],
  );
  assert.deepEqual(
    parsed.toSorted((x, y) => (x.name < y.name ? -1 : 1)),
    items.toSorted((x, y) => (x.name < y.name ? -1 : 1)),
  );
});

test('parseTree() refuses dangerous names and damage', () => {
  for (const name of ['..', '.', '.git', '.GIT', 'a/b']) {
    assert.throws(
      () => parseTree(formatTree([{ name, mode: 0o100644, id }])),
      (error) => isFluxError(error, 'git/unsafe-path'),
      name,
    );
  }
  assert.throws(
    () => parseTree(formatTree([{ name: 'a', mode: 0o100644, id }]).subarray(0, 20)),
    (error) => isFluxError(error, 'git/corrupt-data'),
  );
  assert.throws(
    () => parseTree(Buffer.from(`zz a\0${'x'.repeat(20)}`)),
    (error) => isFluxError(error, 'git/corrupt-data'),
  );
});
