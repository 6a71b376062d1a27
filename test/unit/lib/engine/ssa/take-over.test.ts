import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatTakeOverPatch, takeOverManagedFields, uniteFields } from '../../../../../src/lib/engine/ssa/take-over.ts';

const OURS = { manager: 'kustomize-controller', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } };
const KUBECTL = { manager: 'kubectl-edit', operation: 'Update', fieldsV1: { 'f:data': { 'f:b': {} } } };
const OTHER = { manager: 'operator', operation: 'Update', fieldsV1: { 'f:spec': {} } };

it('takeOverManagedFields() unites what kubectl owns with what we own, at the end', () => {
  assert.deepEqual(takeOverManagedFields([OURS, KUBECTL, OTHER], 'kustomize-controller'), [
    OTHER,
    { ...OURS, fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
  ]);
});

it('takeOverManagedFields() makes the first match ours where we own nothing', () => {
  const apply = { ...KUBECTL, manager: 'kubectl', operation: 'Apply' };
  assert.deepEqual(takeOverManagedFields([KUBECTL, apply], 'kustomize-controller'), [
    { ...KUBECTL, manager: 'kustomize-controller', operation: 'Apply' },
  ]);
});

it('takeOverManagedFields() leaves other managers, subresources and objects that are ours alone', () => {
  const status = { ...KUBECTL, subresource: 'status' };
  assert.equal(takeOverManagedFields([OURS, OTHER, status], 'kustomize-controller'), undefined);
  assert.deepEqual(takeOverManagedFields([OURS, OTHER], 'kustomize-controller', ['operator'])?.length, 1);
});

it('uniteFields() marks a whole field that is also owned in parts', () => {
  assert.deepEqual(uniteFields({ 'f:a': {} }, { 'f:a': { 'f:b': {} } }), { 'f:a': { '.': {}, 'f:b': {} } });
  assert.deepEqual(uniteFields({ 'f:a': { 'f:b': {} } }, { 'f:a': {} }), { 'f:a': { '.': {}, 'f:b': {} } });
  assert.deepEqual(uniteFields({ 'f:a': {} }, { 'f:a': {} }), { 'f:a': {} });
});

it('formatTakeOverPatch() takes the marks of earlier tools off', () => {
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'x',
      labels: { 'fluxcd.io/sync-gc-mark': '1' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', keep: 'me' },
    },
  };
  assert.deepEqual(formatTakeOverPatch(live, 'kustomize-controller'), [
    { op: 'remove', path: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration' },
    { op: 'remove', path: '/metadata/labels/fluxcd.io~1sync-gc-mark' },
  ]);
});
