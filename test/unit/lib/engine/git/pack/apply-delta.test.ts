import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { applyDelta } from '../../../../../../src/lib/engine/git/pack/apply-delta.ts';

const base = Buffer.from('0123456789');

test('applyDelta() copies and adds', () => {
  const delta = Buffer.from([10, 6, 0x91, 2, 3, 3, ...Buffer.from('abc')]);
  assert.equal(applyDelta(base, delta, 100).toString(), '234abc');
});

test('applyDelta() takes a missing length for 64 KiB', () => {
  const large = Buffer.alloc(0x10000, 'x');
  const size = [0x80, 0x80, 0x04];
  assert.equal(applyDelta(large, Buffer.from([...size, ...size, 0x80]), 0x10000).length, 0x10000);
});

test('applyDelta() refuses deltas that do not fit', () => {
  const cases = [
    [],
    [9, 1, 1, 65],
    [10, 1, 0],
    [10, 2, 1, 65],
    [10, 1, 2, 65, 66],
    [10, 3, 3, 65],
    [10, 5, 0x91, 8, 5],
    [10, 200, 1, 65],
  ];
  for (const delta of cases) {
    assert.throws(
      () => applyDelta(base, Buffer.from(delta), 100),
      (error) => isFluxError(error, 'git/corrupt-data'),
      String(delta),
    );
  }
});
