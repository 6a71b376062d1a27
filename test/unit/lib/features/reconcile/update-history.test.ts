import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type HistoryRun, updateHistory } from '../../../../../src/lib/features/reconcile/update-history.ts';

const run = (digest: string, more: Partial<HistoryRun> = {}): HistoryRun => ({
  digest,
  status: 'ReconciliationSucceeded',
  at: '2026-01-01T00:00:00Z',
  elapsedMs: 1_500,
  metadata: { revision: 'main@sha1:1' },
  ...more,
});

it('updateHistory() begins an entry', () => {
  assert.deepEqual(updateHistory(undefined, run('a')), [
    {
      digest: 'a',
      firstReconciled: '2026-01-01T00:00:00Z',
      lastReconciled: '2026-01-01T00:00:00Z',
      lastReconciledDuration: '1.5s',
      lastReconciledStatus: 'ReconciliationSucceeded',
      totalReconciliations: 1,
      metadata: { revision: 'main@sha1:1' },
    },
  ]);
});

it('updateHistory() counts a repeat and moves it to the front', () => {
  const twice = updateHistory(updateHistory(updateHistory(undefined, run('a')), run('b')), run('a', { at: 'later' }));
  assert.deepEqual(
    twice.map(({ digest, totalReconciliations, firstReconciled }) => [digest, totalReconciliations, firstReconciled]),
    [
      ['a', 2, '2026-01-01T00:00:00Z'],
      ['b', 1, '2026-01-01T00:00:00Z'],
    ],
  );
});

it('updateHistory() tells outcomes of one digest apart, and keeps five', () => {
  let history = updateHistory(undefined, run('a'));
  history = updateHistory(history, run('a', { status: 'HealthCheckFailed' }));
  assert.equal(history.length, 2);
  for (const digest of ['b', 'c', 'd', 'e']) history = updateHistory(history, run(digest));
  assert.deepEqual(
    history.map(({ digest }) => digest),
    ['e', 'd', 'c', 'b', 'a'],
  );
});
