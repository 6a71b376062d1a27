import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mapBounded } from '../../../../src/lib/core/map-bounded.ts';

it('mapBounded() keeps the order and the bound', async () => {
  let running = 0;
  let most = 0;
  const results = await mapBounded([3, 1, 2, 5, 4], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  assert.deepEqual(results, [30, 10, 20, 50, 40]);
  assert.equal(most, 2);
});

it('mapBounded() begins nothing after a failure and throws the first', async () => {
  const begun: number[] = [];
  const work = mapBounded([1, 2, 3, 4], 1, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error('two');
  });
  await assert.rejects(work, /two/);
  assert.deepEqual(begun, [1, 2]);
});

it('mapBounded() does nothing for nothing', async () => {
  assert.deepEqual(await mapBounded([], 4, () => Promise.resolve(1)), []);
});
