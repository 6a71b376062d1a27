import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { formatInteger, formatString, readWire } from '../../../../../src/lib/engine/signature/ssh-wire.ts';

test('formatInteger() writes the examples of RFC 4251', () => {
  assert.equal(formatInteger(Buffer.alloc(0)).toString('hex'), '00000000');
  assert.equal(formatInteger(Buffer.from('09a378f9b2e332a7', 'hex')).toString('hex'), '0000000809a378f9b2e332a7');
  assert.equal(formatInteger(Buffer.from('80', 'hex')).toString('hex'), '000000020080');
  assert.equal(formatInteger(Buffer.from('000001', 'hex')).toString('hex'), '0000000101');
});

test('readWire() reads what formatString() and formatInteger() wrote', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 70 }), (text, magnitude) => {
      const reader = readWire(Buffer.concat([formatString(text), formatInteger(magnitude)]));
      assert.deepEqual([...reader.string()], [...text]);
      const first = magnitude.findIndex((byte) => byte !== 0);
      assert.deepEqual([...reader.integer()], first === -1 ? [] : [...magnitude.subarray(first)]);
      assert.equal(reader.rest().length, 0);
    }),
  );
});

test('readWire() refuses fields that reach beyond the end, and negative numbers', () => {
  assert.throws(() => readWire(Buffer.from('ffffffff00', 'hex')).string(), RangeError);
  assert.throws(() => readWire(Buffer.from('0000', 'hex')).uint32(), RangeError);
  assert.throws(() => readWire(Buffer.from('0000000180', 'hex')).integer(), RangeError);
});
