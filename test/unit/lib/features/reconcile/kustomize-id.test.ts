import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatKustomizeId } from '../../../../../src/lib/features/reconcile/kustomize-id.ts';

it('formatKustomizeId() names objects with and without a group', () => {
  const metadata = { name: 'web' };
  assert.equal(formatKustomizeId({ apiVersion: 'v1', kind: 'ConfigMap', metadata }), 'ConfigMap.v1.[noGrp]/web');
  assert.equal(formatKustomizeId({ apiVersion: 'apps/v1', kind: 'Deployment', metadata }), 'Deployment.v1.apps/web');
});
