import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { readConditions } from '../../../../../src/lib/engine/conditions/index.ts';
import { suspendedStatus } from '../../../../../src/lib/features/reconcile/run-state.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

function kustomization(...conditions: readonly JsonObject[]): K8sObject {
  const annotations = { 'reconcile.fluxcd.io/requestedAt': 'now' };
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'apps', generation: 3, annotations },
    status: { conditions: conditions.map((condition) => ({ reason: 'Any', message: '', ...condition })) },
  };
}

it('suspendedStatus() of one that is ready has seen the newest generation', () => {
  const object = kustomization({ type: 'Ready', status: 'True' }, { type: 'Reconciling', status: 'True' });
  const { fields, conditions } = suspendedStatus(object, NOW);
  assert.deepEqual(fields, { lastHandledReconcileAt: 'now', observedGeneration: 3 });
  assert.deepEqual(
    conditions?.(readConditions(object), object).map(({ type }) => type),
    ['Ready'],
  );
});

it('suspendedStatus() of one that failed keeps the generation and says that it was tried', () => {
  const object = kustomization(
    { type: 'Ready', status: 'False' },
    { type: 'Reconciling', status: 'True', reason: 'Progressing' },
  );
  const { fields, conditions } = suspendedStatus(object, NOW);
  assert.deepEqual(fields, { lastHandledReconcileAt: 'now' });
  const reconciling = conditions?.(readConditions(object), object).find(({ type }) => type === 'Reconciling');
  assert.equal(reconciling?.reason, 'ProgressingWithRetry');
});

it('suspendedStatus() of one that never ran notes the request alone', () => {
  assert.deepEqual(suspendedStatus(kustomization(), NOW), { fields: { lastHandledReconcileAt: 'now' } });
});
