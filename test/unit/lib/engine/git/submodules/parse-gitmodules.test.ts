import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { parseGitmodules } from '../../../../../../src/lib/engine/git/submodules/parse-gitmodules.ts';

test('parseGitmodules() reads what git writes', () => {
  const text =
    '[submodule "libs/a"]\n\tpath = libs/a\n\turl = ../a.git\n[submodule "b"]\n\tpath = b\n\turl = https://host/b\n\tbranch = main\n';
  assert.deepEqual(parseGitmodules(text), [
    { name: 'libs/a', path: 'libs/a', url: '../a.git' },
    { name: 'b', path: 'b', url: 'https://host/b' },
  ]);
});

test('parseGitmodules() reads quotes, escapes, comments, joined lines and other sections', () => {
  const text =
    '# a comment\n[core]\n bare = true\n[Submodule "x \\"y\\""] ; here\n path = "with blank " # end\n URL = "a\\tb"c \\\n d\n url = last\n\r\n';
  assert.deepEqual(parseGitmodules(text), [{ name: 'x "y"', path: 'with blank ', url: 'last' }]);
});

test('parseGitmodules() passes over names and paths that lead out', () => {
  const entry = (name: string, path: string) => `[submodule "${name}"]\npath = ${path}\nurl = u\n`;
  const bad = ['..', '../x', 'a/../b', 'a/..', '/a', 'a/', 'c:x', '.. /x'].map((name) => entry(name, 'p'));
  assert.deepEqual(parseGitmodules([...bad, entry('good', '../p'), entry('fine', 'p')].join('')), [
    { name: 'fine', path: 'p', url: 'u' },
  ]);
});

test('parseGitmodules() refuses what is not its format, and entries without path or URL', () => {
  const refused = [
    'what is this?',
    '[submodule "a"]\nurl = u',
    '[submodule "a"]\npath = p',
    '[submodule "a"]\npath = "p',
    '[submodule "a"]\npath = \\q',
  ];
  for (const text of refused) {
    assert.throws(
      () => parseGitmodules(text),
      (error) => isFluxError(error, 'git/invalid-submodule'),
      text,
    );
  }
});
