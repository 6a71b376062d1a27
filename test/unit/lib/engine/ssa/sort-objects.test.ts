import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sortObjects, sortRefs } from '../../../../../src/lib/engine/ssa/sort-objects.ts';

it('sortRefs() puts definitions first and webhooks last, whatever the group', () => {
  const kinds = ['ValidatingWebhookConfiguration', 'Widget', 'Deployment', 'Secret', 'Namespace', 'CustomResourceDefinition'];
  const refs = kinds.map((kind) => ({ apiVersion: 'x/v1', kind, name: 'a' }));
  assert.deepEqual(
    sortRefs(refs).map(({ kind }) => kind),
    ['CustomResourceDefinition', 'Namespace', 'Secret', 'Deployment', 'Widget', 'ValidatingWebhookConfiguration'],
  );
});

it('sortRefs() settles ties by group, kind, namespace and name', () => {
  const refs = [
    { apiVersion: 'b/v1', kind: 'Widget', namespace: 'a', name: 'a' },
    { apiVersion: 'a/v1', kind: 'Widget', namespace: 'b', name: 'a' },
    { apiVersion: 'a/v1', kind: 'Widget', namespace: 'a', name: 'b' },
    { apiVersion: 'a/v1', kind: 'Widget', namespace: 'a', name: 'a' },
    { apiVersion: 'a/v1', kind: 'Gadget', namespace: 'z', name: 'z' },
  ];
  assert.deepEqual(sortRefs(refs), [refs[4], refs[3], refs[2], refs[1], refs[0]]);
});

it('sortObjects() sorts objects likewise and leaves the list as it was', () => {
  const objects = ['Secret', 'ConfigMap'].map((kind) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } }));
  assert.deepEqual(
    sortObjects(objects).map(({ kind }) => kind),
    ['ConfigMap', 'Secret'],
  );
  assert.equal(objects[0]?.kind, 'Secret');
});
