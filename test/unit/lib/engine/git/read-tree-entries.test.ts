import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { formatTree, type TreeItem } from '../../../../../src/lib/engine/git/objects/tree.ts';
import { computeObjectId } from '../../../../../src/lib/engine/git/pack/compute-object-id.ts';
import type { GitObject } from '../../../../../src/lib/engine/git/pack/types.ts';
import { readTreeEntries } from '../../../../../src/lib/engine/git/read-tree-entries.ts';

function store(): { objects: Map<string, GitObject>; blob: (text: string) => string; tree: (...items: TreeItem[]) => string } {
  const objects = new Map<string, GitObject>();
  const put = (object: GitObject): string => {
    const id = computeObjectId(object);
    objects.set(id, object);
    return id;
  };
  return {
    objects,
    blob: (text) => put({ type: 'blob', bytes: new TextEncoder().encode(text) }),
    tree: (...items) => put({ type: 'tree', bytes: formatTree(items) }),
  };
}

test('readTreeEntries() tells files, links and submodules apart', () => {
  const { objects, blob, tree } = store();
  const sub = tree({ name: 'f', mode: 0o100755, id: blob('x') });
  const pinned = '5'.repeat(40);
  const root = tree(
    { name: 'd', mode: 0o40000, id: sub },
    { name: 'l', mode: 0o120000, id: blob('d/f') },
    { name: 'm', mode: 0o160000, id: pinned },
  );
  assert.deepEqual(
    readTreeEntries(objects, root, 1_000).map(({ path, type, mode, id }) => [path, type, mode.toString(8), id === pinned]),
    [
      ['d/f', 'file', '100755', false],
      ['l', 'symlink', '120000', false],
      ['m', 'submodule', '160000', true],
    ],
  );
});

test('readTreeEntries() refuses a bomb of shared directories', () => {
  const { objects, blob, tree } = store();
  let id = tree({ name: 'f', mode: 0o100644, id: blob('') });
  for (let level = 0; level < 12; level += 1) {
    id = tree(...Array.from({ length: 10 }, (_, index) => ({ name: `d${index}`, mode: 0o40000, id })));
  }
  assert.throws(
    () => readTreeEntries(objects, id, 1_000_000),
    (error) => isFluxError(error, 'git/too-large'),
  );
});

test('readTreeEntries() refuses endless nesting and missing objects', () => {
  const { objects, blob, tree } = store();
  let id = tree({ name: 'f', mode: 0o100644, id: blob('') });
  for (let level = 0; level < 600; level += 1) id = tree({ name: 'd', mode: 0o40000, id });
  assert.throws(
    () => readTreeEntries(objects, id, 100_000_000),
    (error) => isFluxError(error, 'git/corrupt-data'),
  );
  const missing = tree({ name: 'f', mode: 0o100644, id: '9'.repeat(40) });
  assert.throws(
    () => readTreeEntries(objects, missing, 1_000),
    (error) => isFluxError(error, 'git/corrupt-data'),
  );
});

test('readTreeEntries() refuses more than 250,000 files, however small: git/too-many', () => {
  const { objects, blob, tree } = store();
  const id = blob('');
  const folder = tree(...Array.from({ length: 500 }, (_, index) => ({ name: `f${index}`, mode: 0o100644, id })));
  const folders = (count: number) =>
    tree(...Array.from({ length: count }, (_, index) => ({ name: `d${index}`, mode: 0o40000, id: folder })));
  assert.equal(readTreeEntries(objects, folders(500), 100_000_000).length, 250_000);
  assert.throws(
    () => readTreeEntries(objects, folders(501), 100_000_000),
    (error) => isFluxError(error, 'git/too-many'),
  );
});
