import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { formatInventoryId, parseInventoryEntry } from '../../../../../src/lib/engine/inventory/inventory-id.ts';

const ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'system:web:view' };

it('formatInventoryId() leaves empty parts empty', () => {
  assert.equal(formatInventoryId({ apiVersion: 'v1', kind: 'Namespace', name: 'apps' }), '_apps__Namespace');
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'apps', name: 'web' };
  assert.equal(formatInventoryId(deployment), 'apps_web_apps_Deployment');
});

it('formatInventoryId() writes a colon as a double underscore, in RBAC kinds only', () => {
  assert.equal(formatInventoryId(ROLE), '_system__web__view_rbac.authorization.k8s.io_ClusterRole');
  assert.equal(formatInventoryId({ apiVersion: 'v1', kind: 'Thing', name: 'a:b' }), '_a:b__Thing');
});

it('parseInventoryEntry() reads what formatInventoryId() writes', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
  const kind = fc.stringMatching(/^[A-Z][A-Za-z]{0,15}$/);
  fc.assert(
    fc.property(label, label, label, kind, (namespace, name, group, kindName) => {
      const ref: ObjectRef = { apiVersion: `${group}/v1`, kind: kindName, namespace, name };
      assert.deepEqual(parseInventoryEntry({ id: formatInventoryId(ref), v: 'v1' }), ref);
    }),
  );
  assert.deepEqual(parseInventoryEntry({ id: formatInventoryId(ROLE), v: 'v1' }), ROLE);
});

it('parseInventoryEntry() refuses an id with too few fields as inventory/bad-id', () => {
  assert.throws(
    () => parseInventoryEntry({ id: 'apps_web', v: 'v1' }),
    (error) => isFluxError(error, 'inventory/bad-id'),
  );
});
