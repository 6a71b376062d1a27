import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkLabelValue, checkQualifiedName } from '../../../../src/lib/core/qualified-name.ts';

describe('checkQualifiedName()', () => {
  for (const good of ['a', 'MyName', 'my.name_1-x', 'example.com/MyName', 'a'.repeat(63), `${'a'.repeat(250)}.io/x`])
    test(`takes ${good.slice(0, 30)}`, () => assert.deepEqual(checkQualifiedName(good), []));

  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /^name part must be non-empty$/],
    ['-a', /^name part must consist of alphanumeric/],
    ['a'.repeat(64), /^name part must be no more than 63 bytes$/],
    ['/a', /^prefix part must be non-empty$/],
    ['Example.com/a', /^prefix part a lowercase RFC 1123 subdomain/],
    [`${'a'.repeat(254)}/a`, /^prefix part must be no more than 253 bytes$/],
    ['a/b/c', /optional DNS subdomain prefix/],
    ['a b', /^name part must consist/],
    ['a\n', /^name part must consist/],
  ];
  for (const [bad, problem] of refused)
    test(`refuses ${JSON.stringify(bad.slice(0, 30))}`, () => assert.match(checkQualifiedName(bad)[0] ?? 'nothing', problem));
});

describe('checkLabelValue()', () => {
  for (const good of ['', 'a', '1.0', 'a_b-c', 'x'.repeat(63)])
    test(`takes ${JSON.stringify(good.slice(0, 30))}`, () => assert.deepEqual(checkLabelValue(good), []));

  const refused: readonly (readonly [string, RegExp])[] = [
    ['a/b', /^a valid label must be an empty string or/],
    ['-a', /^a valid label/],
    ['x'.repeat(64), /^must be no more than 63 bytes$/],
    ['a\n', /^a valid label/],
  ];
  for (const [bad, problem] of refused)
    test(`refuses ${JSON.stringify(bad.slice(0, 30))}`, () => assert.match(checkLabelValue(bad)[0] ?? 'nothing', problem));
});
