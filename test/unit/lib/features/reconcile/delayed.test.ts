import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createDelayed } from '../../../../../src/lib/features/reconcile/delayed.ts';

/** Time that passes when the test says so. */
function clock() {
  const waiting = new Set<() => void>();
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.add(resolve);
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  const pass = async (): Promise<void> => {
    for (const wake of waiting) wake();
    waiting.clear();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { pass, world: { now: () => 0, sleep, uniqueId: () => '', hostName: '' } };
}

it('createDelayed() does the work once however often it is asked for, and again when it is asked for afterwards', async () => {
  const { pass, world } = clock();
  let count = 0;
  const delayed = createDelayed(1, () => Promise.resolve(void count++), { world });
  delayed.start();
  delayed.start();
  assert.equal(count, 0);
  await pass();
  assert.equal(count, 1);
  delayed.start();
  await pass();
  assert.equal(count, 2);
});

it('createDelayed() does nothing once it is stopped', async () => {
  const { pass, world } = clock();
  let count = 0;
  const delayed = createDelayed(1, () => Promise.resolve(void count++), { world });
  delayed.start();
  delayed.stop();
  await pass();
  delayed.start();
  await pass();
  assert.equal(count, 0);
});
