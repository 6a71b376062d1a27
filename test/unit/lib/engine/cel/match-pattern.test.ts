import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { createBudget } from '../../../../../src/lib/engine/cel/budget.ts';
import { matchPattern } from '../../../../../src/lib/engine/cel/match-pattern.ts';
import { parsePattern } from '../../../../../src/lib/engine/cel/parse-pattern.ts';

const matches = (pattern: string, text: string, maxCost = 1_000_000): boolean =>
  matchPattern(parsePattern(pattern), text, createBudget(maxCost));

it('matchPattern() takes linear time where backtracking takes for ever', () => {
  assert.equal(matches('^(a+)+$', `${'a'.repeat(5_000)}!`), false);
  assert.equal(matches('(x+x+)+y', 'x'.repeat(5_000)), false);
  assert.equal(matches(`${'a?'.repeat(60)}${'a'.repeat(60)}`, 'a'.repeat(60)), true);
});

it('matchPattern() pays for what it does: cel/too-costly', () => {
  assert.throws(
    () => matches('(a|b){100}', 'ab'.repeat(10_000), 1_000),
    (error) => isFluxError(error, 'cel/too-costly'),
  );
});

it('parsePattern() bounds what counts make of a pattern: cel/failed', () => {
  for (const pattern of ['(a{100}){100}', '((a{10}){10}){11}', '(a|b)'.repeat(20_000), '('.repeat(1_000)]) {
    assert.throws(
      () => parsePattern(pattern),
      (error) => isFluxError(error, 'cel/failed'),
      pattern.slice(0, 20),
    );
  }
});

it('matchPattern() agrees with JavaScript where both mean the same', () => {
  const patterns = [
    'a',
    '^a',
    'a$',
    '^$',
    'ab*',
    'a+b?',
    '(ab|cd)*e',
    '[a-c]+d',
    '[^a]b',
    'a.c',
    'a{2}',
    'a{1,3}b',
    '(?:a|b)c',
    '\\d+x',
    '\\bab\\b',
    'a|',
    '(a|b)*abb',
  ];
  const texts = ['', 'a', 'b', 'ab', 'abb', 'aabb', 'abcde', 'cde', 'a c', 'aac', 'ab ab', '12x', 'x12', 'babb', 'a\nb', 'ccd'];
  for (const pattern of patterns) {
    for (const text of texts)
      assert.equal(matches(pattern, text), new RegExp(pattern, 'u').test(text), `${pattern} on ${JSON.stringify(text)}`);
  }
});
