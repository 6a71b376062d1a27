import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dirName, joinPath, normalizePath } from '../../../../src/lib/core/paths.ts';

test('normalizePath() never leaves the root', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', '/'],
    ['/', '/'],
    ['a/./b/../c', '/a/c'],
    ['/a//b/', '/a/b'],
    ['../../etc', '/etc'],
    ['/a/..', '/'],
    ['/.hidden/..x', '/.hidden/..x'],
  ];
  for (const [path, expected] of cases) assert.equal(normalizePath(path), expected, path);
});

test('joinPath() takes an absolute path as it is', () => {
  assert.equal(joinPath('/a/b', '../c'), '/a/c');
  assert.equal(joinPath('/a/b', '/c'), '/c');
});

test('dirName() of the root is the root', () => {
  assert.equal(dirName('/a/b'), '/a');
  assert.equal(dirName('/a'), '/');
  assert.equal(dirName('/'), '/');
});
