import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFloat } from '../../../../../src/lib/engine/sops/format-float.ts';

test('formatFloat() writes what strconv.FormatFloat writes', () => {
  const values = [
    0,
    1,
    -1.5,
    0.0001,
    0.00001,
    123456,
    123456.7,
    1234567,
    1e21,
    1e-7,
    5e-324,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ];
  assert.deepEqual(
    values.map((value) => formatFloat(value, 'g')),
    ['0', '1', '-1.5', '0.0001', '1e-05', '123456', '123456.7', '1.234567e+06', '1e+21', '1e-07', '5e-324', 'NaN', '-Inf'],
  );
  assert.deepEqual(
    [1e21, 1e-7, 1234567.25, -0].map((value) => formatFloat(value, 'f')),
    ['1000000000000000000000', '0.0000001', '1234567.25', '-0'],
  );
  assert.equal(formatFloat(1e30, 'G'), '1E+30');
});
