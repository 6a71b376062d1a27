import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { type Progress, SILENT } from '../../../../../src/lib/core/progress.ts';
import { createEventQueue } from '../../../../../src/lib/features/reconcile/event-queue.ts';
import { createFakeClock, settle } from './fake-clock.ts';

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

it('createEventQueue() tells what could not be written and goes on', async () => {
  const { written, told, queue, add } = open();
  add('a', new FluxError('kube/forbidden', 'no'));
  add('b');
  await queue.flush();
  assert.deepEqual([written, told], [['b'], ['event not recorded: no']]);
});

for (const code of ['lease/lost', 'kube/unreachable', 'kube/timeout'] as const) {
  it(`createEventQueue() stops at ${code}, and tries the others the next time`, async () => {
    const { written, told, queue, add } = open();
    let isAway = true;
    for (let count = 0; count < 20; count++) {
      queue.add(() => (isAway ? Promise.reject(new FluxError(code, 'away')) : Promise.resolve(written.push(`${count}`))));
    }
    add('last');
    await queue.flush();
    // Those that were under way at once.
    assert.ok(told.length >= 1 && told.length <= 4, told.join('\n'));
    assert.deepEqual(written, []);
    isAway = false;
    await queue.flush();
    assert.equal(written.length, 21 - told.length);
    assert.equal(written.at(-1), 'last');
  });
}

it('createEventQueue() does not leave many waiting', async () => {
  const { written, add } = open();
  for (let count = 0; count < 499; count++) add(`${count}`);
  await settle();
  assert.equal(written.length, 0);
  add('499');
  while (written.length < 500) await settle();
  assert.equal(written[0], '0');
});

it('createEventQueue() holds a thousand where none can be written, and lets the oldest go', async () => {
  const { written, queue, add } = open();
  // All at once: nothing is written in between.
  for (let count = 0; count < 1_002; count++) add(`${count}`);
  await queue.flush();
  assert.deepEqual([written.length, written[0]], [1_000, '2']);
});

it('createEventQueue() keeps an error that is no refusal for whoever waits next', async () => {
  const { queue, add } = open();
  add('a', new Error('a bug'));
  await assert.rejects(queue.flush(), /a bug/);
  add('b', new Error('another'));
  for (let count = 0; count < 499; count++) add('c');
  await settle();
  await settle();
  await assert.rejects(queue.close(), /another/);
});
