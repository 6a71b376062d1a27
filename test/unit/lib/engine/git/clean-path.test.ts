import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { cleanPath } from '../../../../../src/lib/engine/git/clean-path.ts';

test('cleanPath() tidies', () => {
  assert.equal(cleanPath('./a//b/./c'), 'a/b/c');
  assert.equal(cleanPath('.github/x'), '.github/x');
});

test('cleanPath() refuses what leads out or into the repository itself', () => {
  for (const path of ['', '.', '/a', '../a', 'a/../b', '.git/config', 'a/.GIT/x', 'a\0']) {
    assert.throws(
      () => cleanPath(path),
      (error) => isFluxError(error, 'git/unsafe-path'),
      path,
    );
  }
});
