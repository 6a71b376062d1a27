import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { matchPrefixes } from '../../../../../src/lib/engine/envsubst/match-prefixes.ts';

const match = (text: string, pattern: string): readonly number[] | undefined => {
  const found = matchPrefixes([...text], [...pattern]);
  return found === undefined ? undefined : [found.shortest, found.longest];
};

describe('matchPrefixes()', () => {
  for (const [text, pattern, wanted] of [
    ['foo/bar/baz', '*/', [4, 8]],
    ['foo/bar', 'foo', [3, 3]],
    ['foo/bar', 'bar', undefined],
    ['foo', '*', [1, 3]],
    ['foo', '', undefined],
    ['', '*', undefined],
    ['é😀x', '??', [2, 2]],
    ['abc', '[a-b]', [1, 1]],
    ['abc', '[^x-z]b', [2, 2]],
    ['a*b', 'a\\*', [2, 2]],
    ['a]b', 'a[\\]]', [2, 2]],
    ['a]b', 'a[]]', undefined],
    ['abc', '[a', undefined],
    ['abc', 'a\\', undefined],
    ['abc', '[a-]', undefined],
  ] as const) {
    test(`finds ${wanted === undefined ? 'nothing' : wanted.join(' to ')} for "${pattern}" in "${text}"`, () => {
      assert.deepEqual(match(text, pattern), wanted);
    });
  }

  test('finds what trying each prefix by itself finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[ab]'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (subject, glob) => {
        const lengths = [...subject].map((_, index) => index + 1).filter((length) => matchesAll(subject.slice(0, length), glob));
        const wanted = lengths.length === 0 ? undefined : [lengths[0], lengths.at(-1)];
        assert.deepEqual(match(subject, glob), wanted);
      }),
    );
  });

  test('needs time in proportion to a long text', () => {
    assert.deepEqual(match('x'.repeat(300_000), '*y'), undefined);
  });
});

/** An oracle of its own kind: the pattern as a regular expression. */
function matchesAll(text: string, glob: string): boolean {
  const source = glob.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}
