import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { createStageRunner } from '../../../../../src/lib/features/reconcile/run-stage.ts';

it('createStageRunner() times stages and remembers the first that failed', async () => {
  let now = 0;
  const { run, times, failure } = createStageRunner(() => (now += 5));
  assert.equal(await run('resolve', () => Promise.resolve('found')), 'found');
  assert.equal(failure(), undefined);
  await assert.rejects(run('fetch', () => Promise.reject(new FluxError('git/timeout', 'slow'))));
  await assert.rejects(run('build', () => Promise.reject(new Error('later'))));
  assert.equal(failure()?.stage, 'fetch');
  assert.equal(failure()?.error.code, 'git/timeout');
  assert.deepEqual(times, [
    { name: 'resolve', elapsedMs: 5 },
    { name: 'fetch', elapsedMs: 5 },
    { name: 'build', elapsedMs: 5 },
  ]);
});

it('createStageRunner() makes any error a FluxError: reconcile/failed', async () => {
  const { run, failure } = createStageRunner(() => 0);
  await assert.rejects(run('apply', () => Promise.reject(new Error('odd'))));
  assert.equal(failure()?.error.code, 'reconcile/failed');
});
