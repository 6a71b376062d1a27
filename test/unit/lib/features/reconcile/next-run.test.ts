import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { nextRunIn } from '../../../../../src/lib/features/reconcile/next-run.ts';
import type { KustomizationReport, Outcome, SourceReport } from '../../../../../src/lib/features/reconcile/types.ts';

const object = (spec: JsonObject): K8sObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec });
const counts = { created: 0, configured: 0, unchanged: 0, skipped: 0, pruned: 0 };
const kustomization = (outcome: Outcome, rest: Partial<KustomizationReport> = {}): KustomizationReport => ({
  kind: 'Kustomization',
  namespace: 'a',
  name: 'x',
  outcome,
  changes: [],
  counts,
  stages: [],
  elapsedMs: 1,
  ...rest,
});
const source = (outcome: Outcome): SourceReport => ({
  kind: 'GitRepository',
  namespace: 'a',
  name: 's',
  outcome,
  isNew: false,
  elapsedMs: 1,
});
const settled = { failures: 0, isTold: true, brokeOff: false };

it('nextRunIn() is the interval after success, exactly', () => {
  assert.equal(nextRunIn(object({ interval: '5m' }), kustomization('done'), settled), 300_000);
  assert.equal(nextRunIn(object({ interval: '1m30s' }), source('done'), settled), 90_000);
});

it('nextRunIn() is retryInterval after a failure, and the interval where there is none', () => {
  const failed = { ...settled, failures: 3 };
  assert.equal(nextRunIn(object({ interval: '5m', retryInterval: '20s' }), kustomization('failed'), failed), 20_000);
  assert.equal(nextRunIn(object({ interval: '5m' }), kustomization('failed'), failed), 300_000);
});

it('nextRunIn() waits for nothing where it is told of dependencies, and as upstream where it is not', () => {
  const spec = object({ interval: '5m' });
  assert.equal(nextRunIn(spec, kustomization('blocked'), { ...settled, failures: 1 }), 300_000);
  assert.equal(nextRunIn(spec, kustomization('blocked'), { ...settled, failures: 1, isTold: false }), 30_000);
});

it('nextRunIn() tries a source, and a run that broke off, less and less often', () => {
  const waits = [1, 2, 3, 11, 12, 99].map((failures) =>
    nextRunIn(object({ interval: '1m' }), source('failed'), { ...settled, failures }),
  );
  assert.deepEqual(waits, [750, 1_500, 3_000, 768_000, 900_000, 900_000]);
  assert.equal(
    nextRunIn(object({ interval: '1m' }), kustomization('failed'), { failures: 2, isTold: true, brokeOff: true }),
    1_500,
  );
});

it('nextRunIn() is never where only a change of the object can help', () => {
  const terminal = kustomization('failed', { error: { code: 'a/b', message: 'x', terminal: true } });
  assert.equal(nextRunIn(object({ interval: '5m' }), terminal, { ...settled, failures: 1 }), undefined);
  assert.equal(nextRunIn(object({ interval: '5m' }), kustomization('suspended'), settled), undefined);
  assert.equal(nextRunIn(object({ interval: 'often' }), kustomization('failed'), { ...settled, failures: 1 }), undefined);
});
