import assert from 'node:assert/strict';
import { test } from 'node:test';

import { computeObjectId } from '../../../../../../src/lib/engine/git/pack/compute-object-id.ts';
import { formatTrees } from '../../../../../../src/lib/engine/git/pack/format-trees.ts';

const bytes = new TextEncoder().encode('hello\n');
const file = { mode: 0o100644, id: computeObjectId({ type: 'blob', bytes }) };

test('formatTrees() gives the ids that git gives', () => {
  // Figures from: printf 'hello\n' > a; mkdir d; cp a d/a; git add .; git write-tree
  assert.equal(file.id, 'ce013625030ba8dba906f756967f9e9ca394464a');
  assert.equal(formatTrees(new Map()).root, '4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  assert.equal(
    formatTrees(
      new Map([
        ['a', file],
        ['d/a', file],
      ]),
    ).root,
    '287791df7316f2bd7fd5c544321a1d022a1bb0e5',
  );
});

test('formatTrees() gives the same whatever the order', () => {
  const one = formatTrees(
    new Map([
      ['a/b', file],
      ['a-b', file],
      ['a.b', file],
    ]),
  );
  const other = formatTrees(
    new Map([
      ['a.b', file],
      ['a-b', file],
      ['a/b', file],
    ]),
  );
  assert.equal(one.root, other.root);
  assert.equal(one.objects.size, 2);
});
