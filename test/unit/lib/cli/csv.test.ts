import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCsvLine } from '../../../../src/lib/cli/csv.ts';
import { isFluxError } from '../../../../src/lib/core/errors.ts';

test('parseCsvLine() splits at commas', () => {
  assert.deepEqual(parseCsvLine('a,b,,c'), ['a', 'b', '', 'c']);
  assert.deepEqual(parseCsvLine(''), ['']);
  assert.deepEqual(parseCsvLine('a,'), ['a', '']);
});

test('parseCsvLine() keeps commas and doubled quotes of a quoted field', () => {
  assert.deepEqual(parseCsvLine('a,"b,c"'), ['a', 'b,c']);
  assert.deepEqual(parseCsvLine('"say ""hi""",x'), ['say "hi"', 'x']);
  assert.deepEqual(parseCsvLine('""'), ['']);
});

test('parseCsvLine() refuses stray quotes, and says where: usage/bad-value', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['a"b', /column 2: bare " in non-quoted-field/],
    ['"a', /column 2: extraneous or missing " in quoted-field/],
    ['"a"b', /column 3: extraneous or missing " in quoted-field/],
  ];
  for (const [line, message] of cases) {
    assert.throws(
      () => parseCsvLine(line),
      (error) => isFluxError(error, 'usage/bad-value') && message.test(error.message),
      line,
    );
  }
});

test('parseCsvLine() reads back what was quoted', () => {
  const quote = (field: string) => `"${field.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
      assert.deepEqual(parseCsvLine(fields.map(quote).join(',')), fields);
    }),
  );
});
