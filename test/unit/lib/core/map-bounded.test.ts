import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapBounded } from '../../../../src/lib/core/map-bounded.ts';

test('mapBounded() keeps the order of the items and the bound', async () => {
  let running = 0;
  let most = 0;
  const results = await mapBounded([5, 1, 4, 2, 3], 2, async (item, index) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    running -= 1;
    return `${index}:${item}`;
  });
  assert.deepEqual(results, ['0:5', '1:1', '2:4', '3:2', '4:3']);
  assert.equal(most, 2);
});

test('mapBounded() throws the first failure once all that had begun is over, and begins no more', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  await assert.rejects(
    mapBounded([0, 1, 2, 3], 2, async (item) => {
      begun.push(item);
      if (item === 0) throw new Error('first');
      await Promise.resolve();
      ended.push(item);
    }),
    /first/,
  );
  assert.deepEqual(begun, [0, 1]);
  assert.deepEqual(ended, [1]);
});

test('mapBounded() of nothing is nothing', async () => assert.deepEqual(await mapBounded([], 4, () => Promise.resolve(1)), []));
