import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isClearlyText, parseDigits, resolvePlain } from '../../../../../src/lib/core/yaml/resolve-scalar.ts';

/** Texts near those with a meaning. */
const odd = fc.oneof(
  fc.constantFrom(
    'y',
    'no',
    'On',
    'OFF',
    'true',
    'False',
    'NULL',
    'nul',
    '~',
    '.inf',
    '-.INF',
    '<<',
    '2001-01-01',
    '0x1F',
    '1_0',
  ),
  fc.string({ unit: fc.constantFrom(...'yesnotrufalYESNOTRUFAL'), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefxo_.+-:TZ'), maxLength: 12 }),
  fc.string({ maxLength: 6 }),
);

test('isClearlyText() knows strings only', () => {
  fc.assert(
    fc.property(odd, (text) => {
      if (!isClearlyText(text)) return;
      for (const schema of ['sigs', 'kyaml'] as const) assert.deepEqual(resolvePlain(text, schema), { tag: 'str', value: text });
    }),
    { numRuns: 5000 },
  );
});

test('isClearlyText() knows most strings', () => {
  for (const text of ['web', 'name', 'true-ish', 'front', '50m', '64Mi', '25%', '--port=80', '-c', '/etc', '_', 'nope'])
    assert.ok(isClearlyText(text), text);
});

test('parseDigits() reads what resolvePlain() reads of it', () => {
  fc.assert(
    fc.property(fc.oneof(odd, fc.nat().map(String)), (text) => {
      const value = parseDigits(text);
      if (value < 0) return;
      assert.equal(String(value), text);
      assert.deepEqual(resolvePlain(text, 'kyaml'), { tag: 'int', value });
    }),
  );
  assert.equal(parseDigits('999999999999999'), 999_999_999_999_999);
  for (const text of ['', '-1', '01', '1000000000000000', '1.0', 'a']) assert.equal(parseDigits(text), -1);
});
