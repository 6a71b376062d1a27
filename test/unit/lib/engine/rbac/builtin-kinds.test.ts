import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtinScope } from '../../../../../src/lib/engine/rbac/builtin-kinds.ts';

it('builtinScope() knows plurals and scopes of the kinds that Kubernetes brings, whatever the version', () => {
  const scope = (apiVersion: string, kind: string) => builtinScope({ apiVersion, kind });
  assert.deepEqual(scope('networking.k8s.io/v1', 'Ingress'), { plural: 'ingresses', namespaced: true });
  assert.deepEqual(scope('networking.k8s.io/v1', 'NetworkPolicy'), { plural: 'networkpolicies', namespaced: true });
  assert.deepEqual(scope('v1', 'Endpoints'), { plural: 'endpoints', namespaced: true });
  assert.deepEqual(scope('storage.k8s.io/v1', 'StorageClass'), { plural: 'storageclasses', namespaced: false });
  assert.deepEqual(scope('autoscaling/v2', 'HorizontalPodAutoscaler'), { plural: 'horizontalpodautoscalers', namespaced: true });
  assert.equal(scope('example.com/v1', 'Ingress'), undefined);
  assert.equal(scope('apps/v1', 'Pod'), undefined);
  assert.equal(scope('constructor/v1', 'Pod'), undefined);
});
