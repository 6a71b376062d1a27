import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import type { KubeClient } from '../../../../../src/lib/engine/kube/index.ts';
import { buildManifests } from '../../../../../src/lib/features/reconcile/build-manifests.ts';
import type { ReconcilePorts } from '../../../../../src/lib/features/reconcile/ports.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const kustomization = readKustomization({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'web', namespace: 'a' },
  spec: { interval: '5m', prune: true, sourceRef: { kind: 'GitRepository', name: 's' } },
});

function buildOf(objects: readonly K8sObject[]): Promise<unknown> {
  const build = { build: () => Promise.resolve(objects), substitute: (text: string) => text };
  const own = { identity: 'own', kube: {} as KubeClient } as const;
  return buildManifests(fromMemory({}), kustomization, own, { build } as unknown as ReconcilePorts, {
    strictSubstitution: true,
  });
}

it('reconcile/too-many-objects: members of lists count', async () => {
  const member = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
  const list = (length: number): K8sObject => ({
    apiVersion: 'v1',
    kind: 'List',
    metadata: { name: '' },
    items: Array.from({ length }, () => member),
  });
  await buildOf([list(50_000)]);
  await assert.rejects(buildOf([list(50_000), list(1)]), (error) => isFluxError(error, 'reconcile/too-many-objects'));
});

it('reconcile/too-large: 256 MiB of YAML are the most', async () => {
  const large: K8sObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { x: 'x'.repeat(1024 * 1024) } };
  await buildOf(Array.from({ length: 8 }, () => large));
  await assert.rejects(buildOf(Array.from({ length: 256 }, () => large)), (error) => isFluxError(error, 'reconcile/too-large'));
});
