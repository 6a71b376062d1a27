import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { compilePattern } from '../../../../../src/lib/engine/cel/index.ts';

it('compilePattern() matches anywhere, unless the pattern says otherwise', () => {
  assert.equal(compilePattern('b')('abc'), true);
  assert.equal(compilePattern('^(?:b)$')('abc'), false);
});

it('compilePattern() refuses what RE2 does not have: cel/failed', () => {
  for (const pattern of ['(?=a)', '(a)\\1', '(']) {
    assert.throws(
      () => compilePattern(pattern),
      (error) => isFluxError(error, 'cel/failed'),
      pattern,
    );
  }
});
