import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import type { FetchedTree } from '../../../../../src/lib/engine/git/index.ts';
import type { KubeClient } from '../../../../../src/lib/engine/kube/index.ts';
import { driveGraph } from '../../../../../src/lib/features/reconcile/drive-graph.ts';
import type { ReconcilePorts } from '../../../../../src/lib/features/reconcile/ports.ts';
import type { DriveEvent } from '../../../../../src/lib/features/reconcile/types.ts';
import { createFakeClock } from './fake-clock.ts';

const repository: K8sObject = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 's', namespace: 'a' },
  spec: { interval: '5m', url: 'https://git.example.com/s', ref: { branch: 'main' } },
};
const tree: FetchedTree = {
  commit: {
    id: 'a'.repeat(40),
    tree: 'b'.repeat(40),
    parents: [],
    author: { name: 'A', email: 'a@example.com', timeSeconds: 0, timezone: '+0000' },
    committer: { name: 'A', email: 'a@example.com', timeSeconds: 0, timezone: '+0000' },
    message: 'x',
    subject: 'x',
  },
  entries: [],
};

/** Drives one source from a file on and on, on a clock that the test moves and a Git that says what the test wants. */
function driveOne() {
  const clock = createFakeClock();
  const stop = new AbortController();
  const events: DriveEvent[] = [];
  let head: string | FluxError = 'a'.repeat(40);
  const calls = { resolved: 0, fetched: 0 };
  const ports: ReconcilePorts = {
    // Sources from files that name no Secret ask no cluster.
    kube: {} as KubeClient,
    git: {
      fetchRevision: (_remote, _ref, options) => {
        calls.resolved += 1;
        if (head instanceof FluxError) return Promise.reject(head);
        const revision = { commit: head, revision: `main@sha1:${head}` };
        if (options?.observed === revision.revision) return Promise.resolve({ revision });
        calls.fetched += 1;
        return Promise.resolve({ revision, tree: { ...tree, commit: { ...tree.commit, id: head } } });
      },
      fetchTree: () => Promise.reject(new Error('the tree comes with the revision')),
      addSubmodules: ({ entries }) => Promise.resolve(entries),
      fetchInstallationToken: () => Promise.reject(new Error('no app here')),
    },
    build: { build: () => Promise.resolve([]), substitute: (text) => text },
    world: { ...clock, uniqueId: () => 'id', hostName: 'host' },
    progress: SILENT,
    recordEvents: false,
    signal: stop.signal,
  };
  const over = driveGraph({ from: 'objects', objects: [repository] }, ports, {}, true, (event) => void events.push(event));
  const finished = () => events.filter(({ event }) => event === 'finished').length;
  return {
    clock,
    calls,
    events,
    stop,
    over,
    point: (to: string | FluxError) => {
      head = to;
    },
    /** Waits for so many runs in all, with no time passing, and until all is quiet. */
    async runs(count: number): Promise<void> {
      while (finished() < count || clock.sleepers() === 0) await nextTurn();
    },
    finished,
  };
}

it('driveGraph() polls a source on its interval, to the millisecond, and fetches only what is new', async () => {
  const run = driveOne();
  await run.runs(1);
  assert.deepEqual(run.calls, { resolved: 1, fetched: 1 });
  await run.clock.advance(299_999);
  assert.equal(run.calls.resolved, 1);
  await run.clock.advance(1);
  await run.runs(2);
  assert.deepEqual(run.calls, { resolved: 2, fetched: 1 });
  run.point('c'.repeat(40));
  await run.clock.advance(300_000);
  await run.runs(3);
  assert.deepEqual(run.calls, { resolved: 3, fetched: 2 });
  assert.deepEqual(
    run.events.map((event) =>
      event.event === 'started' ? event.reason : event.event === 'finished' && 'isNew' in event && event.isNew,
    ),
    ['start', true, 'interval', false, 'interval', true],
  );
  run.stop.abort(new Error('enough'));
  await assert.rejects(run.over, /enough/);
});

it('driveGraph() tries a source that fails less and less often, and goes back to its interval once it is well', async () => {
  const run = driveOne();
  run.point(new FluxError('git/unreachable', 'away'));
  await run.runs(1);
  for (const [index, ms] of [750, 1_500, 3_000].entries()) {
    await run.clock.advance(ms - 1);
    assert.equal(run.finished(), index + 1);
    await run.clock.advance(1);
    await run.runs(index + 2);
  }
  run.point('a'.repeat(40));
  await run.clock.advance(6_000);
  await run.runs(5);
  await run.clock.advance(299_999);
  assert.equal(run.finished(), 5);
  await run.clock.advance(1);
  await run.runs(6);
  run.stop.abort(new Error('enough'));
  await assert.rejects(run.over, /enough/);
});

it('driveGraph() does not try again what only a change can mend', async () => {
  const run = driveOne();
  run.point(new FluxError('git/invalid-url', 'no', { terminal: true }));
  while (run.finished() < 1) await nextTurn();
  await run.clock.advance(86_400_000);
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  assert.equal(run.calls.resolved, 1);
  run.stop.abort(new Error('enough'));
  await assert.rejects(run.over, /enough/);
});
