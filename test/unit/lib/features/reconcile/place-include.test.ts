import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { ArchiveEntry } from '../../../../../src/lib/engine/artifact/index.ts';
import { existsIn, placeInclude, securePath } from '../../../../../src/lib/features/reconcile/place-include.ts';

const entry = (path: string, type: ArchiveEntry['type'] = 'file', text = path): ArchiveEntry => ({
  path,
  mode: type === 'directory' ? 0o40000 : 0o100644,
  type,
  bytes: new TextEncoder().encode(text),
});
const tree = (...entries: ArchiveEntry[]) => new Map(entries.map((one) => [one.path, one]));
const included = [entry('base', 'directory'), entry('base/a.yaml'), entry('base/deep/b.yaml'), entry('c.txt')];

test('securePath() stays within, and follows links within', () => {
  const entries = tree(
    entry('link', 'symlink', 'real/dir'),
    entry('real/up', 'symlink', '../../../../etc'),
    entry('abs', 'symlink', '/real'),
    entry('round', 'symlink', 'round'),
  );
  const cases: [string, string][] = [
    ['./a//b/', 'a/b'],
    ['../../x', 'x'],
    ['a/../b', 'b'],
    ['link/x', 'real/dir/x'],
    ['real/up/passwd', 'etc/passwd'],
    ['abs/x', 'real/x'],
    ['/', ''],
  ];
  for (const [path, wanted] of cases) assert.equal(securePath(entries, path), wanted, path);
  assert.throws(
    () => securePath(entries, 'round/x'),
    (error) => isFluxError(error, 'reconcile/include-path'),
  );
});

test('existsIn() knows files, links and directories', () => {
  const entries = tree(entry('a/b.yaml'), entry('empty', 'directory'));
  assert.deepEqual(
    ['', 'a', 'a/b.yaml', 'empty', 'b'].map((path) => existsIn(entries, path)),
    [true, true, true, true, false],
  );
});

test('placeInclude() moves a folder, the whole artifact or a file to its place', () => {
  const place = (fromPath: string, toPath: string) => {
    const entries = tree(entry('top.yaml'), entry('sub', 'submodule'));
    placeInclude(entries, included, { name: 'lib', fromPath, toPath });
    return [...entries.values()].map(({ path, type }) => (type === 'file' ? path : `${path}/`));
  };
  assert.deepEqual(place('base', 'x/y'), ['top.yaml', 'sub/', 'x/y/', 'x/y/a.yaml', 'x/y/deep/b.yaml']);
  assert.deepEqual(place('', 'lib'), [
    'top.yaml',
    'sub/',
    'lib/',
    'lib/base/',
    'lib/base/a.yaml',
    'lib/base/deep/b.yaml',
    'lib/c.txt',
  ]);
  assert.deepEqual(place('./base/deep', 'sub'), ['top.yaml', 'sub/', 'sub/b.yaml']);
  assert.deepEqual(place('c.txt', 'top.yaml'), ['top.yaml', 'sub/']);
});

test('placeInclude() refuses what is not there, and what is in the way', () => {
  const cases: [string, string, RegExp][] = [
    ['none', 'x', /cannot stat none: no such file or directory/],
    ['base', 'dir', /file exists/],
    ['base', '.', /file exists/],
    ['base', 'top.yaml', /not a directory/],
    ['c.txt', 'dir', /file exists/],
    ['base', 'top.yaml/x', /mkdir top\.yaml: not a directory/],
  ];
  for (const [fromPath, toPath, why] of cases) {
    const entries = tree(entry('top.yaml'), entry('dir/x'));
    assert.throws(
      () => placeInclude(entries, included, { name: 'lib', fromPath, toPath }),
      (error) => isFluxError(error, 'reconcile/include-failed') && why.test(error.message),
      `${fromPath} to ${toPath}`,
    );
  }
});
