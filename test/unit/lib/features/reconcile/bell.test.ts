import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createBell } from '../../../../../src/lib/features/reconcile/bell.ts';
import { createFakeClock, settle } from './fake-clock.ts';

it('createBell() ends a wait by the bell, and takes its timer back', async () => {
  const clock = createFakeClock();
  const bell = createBell(clock);
  let isOver = false;
  const wait = bell.wait(1_000).then(() => (isOver = true));
  await settle();
  assert.deepEqual([isOver, clock.sleepers()], [false, 1]);
  bell.ring();
  await wait;
  assert.equal(clock.sleepers(), 0);
});

it('createBell() ends a wait by time', async () => {
  const clock = createFakeClock();
  let isOver = false;
  const wait = createBell(clock)
    .wait(1_000)
    .then(() => (isOver = true));
  await clock.advance(999);
  assert.equal(isOver, false);
  await clock.advance(1);
  await wait;
  assert.equal(isOver, true);
});

it('createBell() does not lose what rang before anybody waited, and rings once for it', async () => {
  const clock = createFakeClock();
  const bell = createBell(clock);
  bell.ring();
  bell.ring();
  await bell.wait(undefined);
  let isOver = false;
  void bell.wait(undefined).then(() => (isOver = true));
  await settle();
  assert.equal(isOver, false);
});

it('createBell() cuts waits that no timer can be set for', async () => {
  const clock = createFakeClock();
  const wait = createBell(clock).wait(10 ** 12);
  await clock.advance(3_600_000);
  await wait;
  assert.equal(clock.sleepers(), 0);
});
