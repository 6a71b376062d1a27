import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { type Progress, SILENT } from '../../../../../src/lib/core/progress.ts';
import { createEventQueue } from '../../../../../src/lib/features/reconcile/event-queue.ts';
import { createFakeClock } from './fake-clock.ts';

/** A queue whose time passes when the test says so, and what it wrote and told. */
function open() {
  const clock = createFakeClock();
  const written: string[] = [];
  const told: string[] = [];
  const progress: Progress = { ...SILENT, warning: (text) => void told.push(text) };
  const queue = createEventQueue({ progress, world: { ...clock, uniqueId: () => '', hostName: '' } });
  const add = (name: string, error?: Error): void =>
    queue.add(() => (error === undefined ? Promise.resolve(written.push(name)) : Promise.reject(error)));
  return { clock, written, told, queue, add };
}

it('createEventQueue() writes nothing until it is told to, then all in their order', async () => {
  const { written, queue, add } = open();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) add(name);
  assert.deepEqual(written, []);
  await queue.flush();
  assert.deepEqual(written, ['a', 'b', 'c', 'd', 'e', 'f']);
  await queue.flush();
  assert.equal(written.length, 6);
});

it('createEventQueue() lets no event wait for longer than five seconds, again and again', async () => {
  const { clock, written, add } = open();
  add('a');
  await clock.advance(4_999);
  assert.deepEqual(written, []);
  await clock.advance(1);
  assert.deepEqual(written, ['a']);
  add('b');
  await clock.advance(5_000);
  assert.deepEqual(written, ['a', 'b']);
});

it('createEventQueue() takes its timer back when it is closed', async () => {
  const { clock, written, queue, add } = open();
  add('a');
  await queue.close();
  assert.deepEqual([written, clock.sleepers()], [['a'], 0]);
});

it('createEventQueue() tells what could not be written and goes on, unless the Lease is lost', async () => {
  const { written, told, queue, add } = open();
  add('a', new FluxError('kube/forbidden', 'no'));
  add('b');
  await queue.flush();
  assert.deepEqual([written, told], [['b'], ['event not recorded: no']]);
  const lost = new FluxError('lease/lost', 'lost');
  for (let count = 0; count < 20; count++) add('c', lost);
  await queue.flush();
  // Those that were under way at once.
  assert.ok(told.length <= 5, told.join('\n'));
  assert.deepEqual(written, ['b']);
});
