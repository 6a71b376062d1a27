import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkObjectName, parseLabels } from '../../../../../src/lib/features/create/index.ts';
import { metadataOf } from '../../../../../src/lib/features/create/names-and-labels.ts';

describe('checkObjectName()', () => {
  for (const name of ['ab', 'web-1', '0a', 'a'.repeat(63)])
    test(`takes ${name}`, () => assert.equal(checkObjectName(name), name));

  for (const name of ['', 'a', 'Web', '-a', 'a-', 'a.b', 'a_b', 'a'.repeat(64), 'ab\n'])
    test(`refuses ${JSON.stringify(name)}: create/bad-name`, () =>
      assert.throws(() => checkObjectName(name), { code: 'create/bad-name' }));

  test('wants one: create/name-missing', () => {
    assert.throws(() => checkObjectName(undefined), { code: 'create/name-missing' });
  });
});

describe('parseLabels()', () => {
  test('reads pairs, the last of a key wins', () => {
    assert.deepEqual(parseLabels(['a=1', 'example.com/b=', 'a=2']), { a: '2', 'example.com/b': '' });
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ['a', /^invalid label format 'a', must be key=value$/],
    ['a=b=c', /must be key=value$/],
    ['=b', /^invalid label '': \[name part must be non-empty/],
    ['-a=b', /^invalid label '-a': /],
    ['a=-b', /^invalid label value '-b': /],
    ['__proto__=x', /^invalid label '__proto__'/],
  ];
  for (const [text, message] of refused)
    test(`refuses ${text}: create/bad-label`, () =>
      assert.throws(() => parseLabels([text]), { code: 'create/bad-label', message }));
});

test('metadataOf() has neither an empty namespace nor empty labels', () => {
  assert.deepEqual(metadataOf('a', '', {}), { name: 'a' });
  assert.deepEqual(metadataOf('a', 'b', { c: 'd' }), { name: 'a', namespace: 'b', labels: { c: 'd' } });
});
