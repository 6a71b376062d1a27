import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isTransientPodFailure } from '../../../../../src/lib/engine/kstatus/pod-status.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } };

it('isTransientPodFailure() forgives pods that go away or wait for a node', () => {
  assert.equal(isTransientPodFailure(POD), false);
  assert.equal(isTransientPodFailure({ ...POD, metadata: { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' } }), true);
  const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
  assert.equal(isTransientPodFailure({ ...POD, status: { conditions: [unschedulable] } }), true);
});
