import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatSignature, parseSignature } from '../../../../../../src/lib/engine/git/objects/signature.ts';

test('parseSignature() reads back what formatSignature() writes', () => {
  for (const signature of [
    { name: 'Flux', email: '', timeSeconds: 0, timezone: '+0000' },
    { name: 'Ada Lovelace', email: 'ada@example.com', timeSeconds: 1_700_000_000, timezone: '-0530' },
  ]) {
    assert.deepEqual(parseSignature(formatSignature(signature)), signature);
  }
});

test('formatSignature() leaves out what would end the line', () => {
  assert.equal(formatSignature({ name: 'a<b>\nc', email: 'x>y', timeSeconds: 1, timezone: '+0000' }), 'abc <xy> 1 +0000');
});

test('parseSignature() makes the best of odd lines', () => {
  assert.deepEqual(parseSignature('Nobody'), { name: 'Nobody', email: '', timeSeconds: 0, timezone: '+0000' });
});
