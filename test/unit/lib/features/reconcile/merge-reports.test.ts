import assert from 'node:assert/strict';
import { it } from 'node:test';
import { countPruned, mergeReports } from '../../../../../src/lib/features/reconcile/merge-reports.ts';
import { countChanges } from '../../../../../src/lib/features/reconcile/reconcile-kustomization.ts';
import type { KustomizationReport, ReportedChange } from '../../../../../src/lib/features/reconcile/types.ts';
import { formatPruned } from '../../../../../src/lib/features/reconcile/view.ts';

const change = (name: string, action: ReportedChange['action'], kind = 'ConfigMap'): ReportedChange => ({
  apiVersion: 'v1',
  kind,
  namespace: 'a',
  name,
  action,
});
const report = (outcome: 'done' | 'failed', ...changes: ReportedChange[]): KustomizationReport => ({
  kind: 'Kustomization',
  namespace: 'a',
  name: 'x',
  outcome,
  changes,
  counts: countChanges(changes),
  stages: [],
  elapsedMs: 5,
});

it('mergeReports() tells the later end, and what both runs did, each object once', () => {
  const merged = mergeReports(
    report('failed', change('new', 'created'), change('old', 'unchanged')),
    report('done', change('new', 'unchanged'), change('old', 'pruned')),
  );
  assert.equal(merged.outcome, 'done');
  assert.equal(merged.elapsedMs, 10);
  assert.deepEqual(merged.counts, { created: 1, configured: 0, unchanged: 0, skipped: 0, pruned: 1 });
});

it('countPruned() counts per kind, most first', () => {
  const reports = [
    report('done', change('a', 'pruned'), change('b', 'created')),
    report('done', change('c', 'pruned'), change('d', 'pruned', 'Service')),
  ];
  assert.equal(formatPruned(countPruned(reports)), '2 ConfigMap, 1 Service');
});
