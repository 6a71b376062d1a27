import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { compileGoRegExp } from '../../../../../src/lib/engine/kustomize/go-regexp.ts';

const fits = (pattern: string, text: string): boolean => compileGoRegExp(`^(?:${pattern})$`).test(text);

test('compileGoRegExp() knows inline flags, POSIX classes and literals', () => {
  assert.ok(fits('(?i)WEB-[[:digit:]]+', 'web-12'));
  assert.ok(fits('[[:alpha:]_]+', 'a_b'));
  assert.ok(!fits('[^[:alpha:]]', 'a'));
  assert.ok(fits('\\Qa.b\\E.*', 'a.bc'));
  assert.ok(!fits('\\Qa.b\\E', 'axb'));
  assert.ok(fits('(?P<name>a|b)', 'b'));
  assert.ok(fits('a(?i:B)', 'ab'));
});

test('compileGoRegExp() refuses what RE2 does not have', () => {
  for (const pattern of ['(?!a)', '(?<=a)b', '(a)\\1', '[)', 'a**(', '\\y']) {
    assert.throws(
      () => compileGoRegExp(pattern),
      (error) => isFluxError(error, 'kustomize/invalid-selector'),
      pattern,
    );
  }
});

test('compileGoRegExp() cuts off an expression whose time explodes', () => {
  const start = performance.now();
  assert.throws(
    () => fits('(a+)+', `${'a'.repeat(60)}!`),
    (error) => isFluxError(error, 'kustomize/invalid-selector') && /takes more than/.test(error.message),
  );
  assert.ok(performance.now() - start < 10_000);
});
