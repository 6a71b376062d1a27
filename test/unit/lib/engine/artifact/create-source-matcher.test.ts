import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type ArchiveEntry, createSourceMatcher, selectEntries } from '../../../../../src/lib/engine/artifact/index.ts';

const file = (path: string, text = ''): ArchiveEntry => ({
  path,
  mode: 0o100644,
  type: 'file',
  bytes: new TextEncoder().encode(text),
});
const kept = (entries: ArchiveEntry[], ignore?: string) =>
  selectEntries(entries, ignore === undefined ? {} : { ignore }).map((entry) => entry.path);

test('selectEntries() leaves version control and, by default, pictures, archives and CI files out', () => {
  const paths = ['a.yaml', 'logo.png', '.github/w.yml', '.gitignore', 'x/.sops.yaml', 'x/b.yaml', 'y.tar.gz'];
  assert.deepEqual(kept(paths.map((path) => file(path))), ['a.yaml', 'x/b.yaml']);
});

test('selectEntries() drops the default exclusions once the user has any pattern', () => {
  const entries = [file('a.yaml'), file('logo.png'), file('.gitignore')];
  assert.deepEqual(kept(entries, '/a.yaml'), ['logo.png']);
  assert.deepEqual(kept([...entries, file('sub/.sourceignore', 'x')]), ['a.yaml', 'logo.png', 'sub/.sourceignore']);
});

test('selectEntries() keeps the defaults for an empty or commented spec.ignore', () => {
  assert.deepEqual(kept([file('a.yaml'), file('logo.png')], ''), ['a.yaml']);
  assert.deepEqual(kept([file('a.yaml'), file('logo.png')], '# nothing\n'), ['a.yaml']);
});

test('selectEntries() scopes each .sourceignore to its directory and lets spec.ignore win', () => {
  const entries = [
    file('a/b/.sourceignore', '!keep.txt'),
    file('.sourceignore', '*.txt'),
    file('keep.txt'),
    file('a/keep.txt'),
    file('a/b/keep.txt'),
    file('.git/.sourceignore', '*'),
  ];
  assert.deepEqual(kept(entries), ['a/b/.sourceignore', '.sourceignore', 'a/b/keep.txt']);
  assert.deepEqual(kept(entries, 'keep.txt'), ['a/b/.sourceignore', '.sourceignore']);
});

test('createSourceMatcher() does not read a .sourceignore that is a link', () => {
  const link: ArchiveEntry = { ...file('.sourceignore', '*'), type: 'symlink' };
  assert.equal(createSourceMatcher([link])('a.yaml', false), false);
});
