import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { layOver } from '../../../../../src/lib/features/install/overlay-filesystem.ts';

const tree = layOver(
  { '/install/rbac/k.yaml': 'over', '/base/b.yaml': 'won' },
  fromMemory({ '/base/a.yaml': 'under', '/base/b.yaml': 'lost' }),
);
const text = (path: string): string => new TextDecoder().decode(tree.readFile(path));

describe('layOver()', () => {
  it('reads the files of both, and lets its own win', () => {
    assert.equal(text('/base/a.yaml'), 'under');
    assert.equal(text('/base/b.yaml'), 'won');
    assert.equal(text('/install/rbac/k.yaml'), 'over');
  });

  it('joins the folders', () => {
    assert.deepEqual(tree.readDir('/'), ['base', 'install']);
    assert.deepEqual(tree.readDir('/base'), ['a.yaml', 'b.yaml']);
    assert.deepEqual(tree.readDir('/install'), ['rbac']);
  });

  it('tells files from folders', () => {
    assert.equal(tree.stat('/install/rbac'), 'directory');
    assert.equal(tree.stat('/install/rbac/k.yaml'), 'file');
    assert.equal(tree.stat('/base/a.yaml'), 'file');
    assert.equal(tree.stat('/nothing'), undefined);
  });

  it('resolves paths', () => {
    assert.equal(tree.realPath('/install/rbac'), '/install/rbac');
    assert.equal(tree.realPath('/base/a.yaml'), '/base/a.yaml');
    assert.equal(tree.realPath('/'), '/');
  });
});
