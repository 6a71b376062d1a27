import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../../../src/lib/core/json.ts';
import { configMap, type Hand, type History } from '../history.ts';

const KUSTOMIZATIONS: Readonly<Record<string, JsonObject>> = {
  mirror: { deletionPolicy: 'MirrorPrune' },
  'mirror-off': { deletionPolicy: 'MirrorPrune', prune: false },
  unsaid: {},
  delete: { deletionPolicy: 'Delete', prune: false },
  wait: { deletionPolicy: 'WaitForTermination', timeout: '20s' },
  orphan: { deletionPolicy: 'Orphan' },
  ghost: { serviceAccountName: 'ghost' },
};

/** Takes the finalizer off an object that is going away, some time after that began. */
async function letGo({ kube, namespace }: Hand): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'wait' };
  while ((await kube.get(ref))?.metadata.deletionTimestamp === undefined) await sleep(100);
  await sleep(1_000);
  await kube.patch(ref, { metadata: { finalizers: null } }, { type: 'merge', fieldManager: 'holder' });
}

/** Each way to go. */
export const history: History = {
  name: 'deleted',
  title: 'Kustomizations are deleted under each deletion policy',
  kustomizations: KUSTOMIZATIONS,
  prepare: async ({ kube, namespace }) => {
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ghost', namespace } });
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'ghost', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'ghost', namespace }],
    });
  },
  steps: [
    {
      title: 'begin',
      commit: Object.fromEntries(
        Object.keys(KUSTOMIZATIONS).flatMap((name) => [
          [`${name}/conf.yaml`, configMap(name, { a: '1' })],
          [`${name}/kept.yaml`, configMap(`${name}-kept`, {}, { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' })],
        ]),
      ),
    },
    {
      title: 'all are deleted, one after its account',
      before: async ({ kube, namespace }) => {
        await kube.patch(
          { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'wait' },
          { metadata: { finalizers: ['example.com/hold'] } },
          { type: 'merge', fieldManager: 'holder' },
        );
        await kube.delete({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'ghost' });
      },
      during: letGo,
      remove: Object.keys(KUSTOMIZATIONS),
    },
  ],
};
