import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matchesGlob, parseGlob } from '../../../../../src/lib/engine/sourceignore/glob.ts';

const matches = (text: string, name: string): boolean | undefined => {
  const glob = parseGlob(text);
  return glob === undefined ? undefined : matchesGlob(glob, name);
};

test('matchesGlob() follows filepath.Match', () => {
  const cases: [string, string, boolean][] = [
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*', '', true],
    ['a*', 'a', true],
    ['*c', 'abc', true],
    ['a*b*c*d', 'axbxcxd', true],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[^e-g]', 'abc', true],
    ['ab[!c]', 'ab!', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'aüb', true],
    ['a?b', 'a🙂b', true],
    ['[a-ζ]', 'α', true],
    ['[\\]a]', ']', true],
    ['[x\\-]', '-', true],
    ['', '', true],
    ['', 'a', false],
  ];
  for (const [text, name, want] of cases) assert.equal(matches(text, name), want, `${text} on ${name}`);
});

test('parseGlob() finds malformed globs', () => {
  for (const text of ['[', '[a', '[]', '[]a]', '[-]', '[x-]', '[-x]', '[a-b-c]', '[^', 'a\\', '[a-']) {
    assert.equal(parseGlob(text), undefined, text);
  }
});

test('matchesGlob() stays quick on hostile globs', () => {
  assert.equal(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000)), false);
});
