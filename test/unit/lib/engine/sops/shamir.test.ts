import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { combineShares } from '../../../../../src/lib/engine/sops/shamir.ts';

test('combineShares() puts together what lies on one line', () => {
  // f(x) = 7 + 2x and 200 + 3x in the field of AES, at 1, 2 and 3.
  const shares = [
    [7 ^ 2, 200 ^ 3, 1],
    [7 ^ 4, 200 ^ 6, 2],
    [7 ^ 6, 200 ^ 5, 3],
  ].map((share) => Uint8Array.from(share));
  assert.deepEqual([...combineShares(shares.slice(0, 2))], [7, 200]);
  assert.deepEqual([...combineShares(shares.slice(1))], [7, 200]);
  assert.deepEqual([...combineShares(shares)], [7, 200]);
});

test('combineShares() refuses what cannot be shares of one secret', () => {
  const refuses = (shares: readonly number[][], why: RegExp) =>
    assert.throws(
      () => combineShares(shares.map((share) => Uint8Array.from(share))),
      (error) => isFluxError(error, 'sops/no-data-key') && why.test(error.message),
    );
  refuses([[1, 2]], /less than two parts/);
  refuses([[1], [2]], /at least two bytes/);
  refuses(
    [
      [1, 1],
      [1, 2, 2],
    ],
    /same length/,
  );
  refuses(
    [
      [1, 1],
      [2, 1],
    ],
    /duplicate part/,
  );
});
