import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripObject } from '../../../../src/lib/core/strip-object.ts';

test('stripObject() keeps names, labels and annotations but the last applied one', () => {
  const object = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: {
      name: 'fleet',
      namespace: 'apps',
      uid: 'u',
      resourceVersion: '1',
      labels: { a: 'b' },
      annotations: { mine: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      finalizers: ['f'],
      managedFields: [],
    },
    spec: { url: 'x' },
    status: { ready: true },
  };
  assert.deepEqual(stripObject(object).metadata, {
    name: 'fleet',
    namespace: 'apps',
    labels: { a: 'b' },
    annotations: { mine: 'x' },
  });
  assert.deepEqual(Object.keys(stripObject(object)), ['apiVersion', 'kind', 'metadata', 'spec']);
  assert.equal(object.metadata.finalizers.length, 1);
});
