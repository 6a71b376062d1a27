import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const read = (spec: string) =>
  readKustomization(
    parseYaml(
      `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: web, namespace: apps}, spec: ${spec}}`,
    ) as K8sObject,
  );

it('readKustomization() fills defaults in', () => {
  const found = read(`{interval: 5m, prune: true, sourceRef: {kind: GitRepository, name: team}}`);
  assert.deepEqual(found.source, { kind: 'GitRepository', name: 'team', namespace: 'apps' });
  assert.equal(found.timeoutMs, 270_000);
  assert.equal(found.path, '');
  assert.equal(found.wait, false);
});

it('readKustomization() never gives less than thirty seconds', () => {
  assert.equal(read(`{interval: 10s, sourceRef: {kind: GitRepository, name: team}}`).timeoutMs, 30_000);
  assert.equal(read(`{interval: 10s, timeout: 5s, sourceRef: {kind: GitRepository, name: team}}`).timeoutMs, 30_000);
  assert.equal(read(`{interval: 10s, timeout: 45s, sourceRef: {kind: GitRepository, name: team}}`).timeoutMs, 45_000);
});

it('readKustomization() tries again at the interval where no other is given', () => {
  assert.equal(read(`{interval: 10m, sourceRef: {kind: GitRepository, name: team}}`).retryIntervalMs, 600_000);
  assert.equal(read(`{interval: 10m, retryInterval: 1m, sourceRef: {kind: GitRepository, name: team}}`).retryIntervalMs, 60_000);
});

it('readKustomization() reads references with their defaults', () => {
  const found = read(
    `{interval: 5m, sourceRef: {kind: GitRepository, name: t, namespace: other}, dependsOn: [{name: a}, {name: b, namespace: c, readyExpr: x}], healthChecks: [{kind: Deployment, name: d, namespace: e}], postBuild: {substitute: {v: 1}, substituteFrom: [{kind: Secret, name: s, optional: true}]}}`,
  );
  assert.equal(found.source.namespace, 'other');
  const own = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
  assert.deepEqual(found.dependsOn, [
    { ...own, namespace: 'apps', name: 'a', ready: true },
    { ...own, namespace: 'c', name: 'b', ready: true, readyExpr: 'x' },
  ]);
  assert.deepEqual(found.healthChecks, [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', namespace: 'e' }]);
  assert.deepEqual(found.variables, { v: '1' });
  assert.deepEqual(found.substituteFrom, [{ kind: 'Secret', name: 's', optional: true }]);
});

it('readKustomization() refuses what the API would not accept as reconcile/invalid-object', () => {
  for (const spec of [
    '{}',
    '{interval: 5m}',
    '{sourceRef: {kind: GitRepository, name: t}}',
    '{interval: 5, sourceRef: {kind: G, name: t}}',
    '{interval: 5m, deletionPolicy: Orphans, sourceRef: {kind: G, name: t}}',
  ]) {
    assert.throws(
      () => read(spec),
      (error) => isFluxError(error, 'reconcile/invalid-object'),
      spec,
    );
  }
});
