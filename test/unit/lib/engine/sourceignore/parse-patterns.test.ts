import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  defaultPatterns,
  parsePattern,
  parsePatterns,
  vcsPatterns,
} from '../../../../../src/lib/engine/sourceignore/parse-patterns.ts';

test('parsePatterns() passes comments and empty lines over, and takes Windows line ends', () => {
  assert.deepEqual(
    parsePatterns('# comment\r\n\r\n  \n*.md\r\n!keep.md\n').map((pattern) => pattern.text),
    ['*.md', '!keep.md'],
  );
});

test('parsePattern() splits the signs off', () => {
  const pattern = parsePattern('!/a/*.txt/  ', 'x/y');
  assert.equal(pattern.includes, true);
  assert.equal(pattern.directoriesOnly, true);
  assert.equal(pattern.anchored, true);
  assert.deepEqual(pattern.domain, ['x', 'y']);
  assert.deepEqual(
    pattern.components.map((component) => component.kind),
    ['empty', 'name', 'name'],
  );
});

test('parsePattern() keeps an escaped trailing space', () => {
  assert.deepEqual(parsePattern('foo\\ ').components, parsePattern('foo\\ ', '').components);
  assert.notDeepEqual(parsePattern('foo\\ ').components, parsePattern('foo ').components);
});

test('vcsPatterns() and defaultPatterns() are upstream lists', () => {
  assert.deepEqual(
    vcsPatterns().map((pattern) => pattern.text),
    ['.git/', '.gitignore', '.gitmodules', '.gitattributes'],
  );
  assert.equal(defaultPatterns().length, 20);
});
