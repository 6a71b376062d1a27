import assert from 'node:assert/strict';
import { it } from 'node:test';
import { splitStages } from '../../../../../src/lib/engine/ssa/split-stages.ts';

const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'x' } });

it('splitStages() puts definitions, classes, chosen kinds and the rest apart, and leaves empty ones out', () => {
  const stages = splitStages(
    [
      object('v1', 'ConfigMap'),
      object('storage.k8s.io/v1', 'StorageClass'),
      object('v1', 'Namespace'),
      object('example.com/v1', 'Namespace'),
      object('rbac.authorization.k8s.io/v1', 'ClusterRole'),
      object('example.com/v1', 'Database'),
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
    ],
    ['example.com/Database'],
  );
  assert.deepEqual(
    stages.map(({ name, waits, objects }) => [name, waits, objects.map(({ kind }) => kind)]),
    [
      ['definitions', true, ['CustomResourceDefinition', 'Namespace', 'ClusterRole']],
      ['classes', true, ['StorageClass']],
      ['custom', false, ['Database']],
      ['rest', false, ['Namespace', 'ConfigMap']],
    ],
  );
  assert.deepEqual(splitStages([]), []);
});
