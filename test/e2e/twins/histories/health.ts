import type { Hand, History } from '../history.ts';
import { configMap } from '../history.ts';

const claim = (name: string, extra = ''): string => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}${extra}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;

/** Writes the status of a claim the way that the controllers of a cluster with storage would: there are none here. */
async function setPhase({ kube, namespace }: Hand, name: string, phase: string): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
  for (let turn = 0; (await kube.get(ref)) === undefined; turn++) {
    if (turn > 200) throw new Error(`claim ${name} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await kube.patch(ref, { status: { phase } }, { type: 'merge', subresource: 'status', fieldManager: 'test' });
}

/** Health: failing, passing, failing again. */
export const history: History = {
  name: 'health',
  title: 'health fails and passes; the status is written by hand, as storage controllers would',
  kustomizations: {
    all: { wait: true, timeout: '3s' },
    some: {
      timeout: '3s',
      healthChecks: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'some', namespace: 'twin-health' }],
    },
    absent: { timeout: '3s', healthChecks: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'absent', namespace: 'twin-health' }] },
    light: { wait: true, timeout: '20s' },
  },
  steps: [
    {
      title: 'pending claims and an object that is not there',
      commit: {
        'all/claim.yaml': claim('all') + configMap('all', {}),
        'some/claim.yaml': claim('some'),
        'absent/conf.yaml': configMap('other', {}),
        'light/conf.yaml': configMap('light', {}),
      },
      ready: { all: 'False HealthCheckFailed', some: 'False HealthCheckFailed', absent: 'False HealthCheckFailed' },
    },
    {
      title: 'bound; the object comes',
      before: async (hand) => {
        await setPhase(hand, 'all', 'Bound');
        await setPhase(hand, 'some', 'Bound');
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'absent', namespace: hand.namespace } };
        await hand.kube.create(object, { fieldManager: 'test' });
      },
    },
    { title: 'healthy still, nothing new' },
    {
      title: 'a commit with a change',
      commit: { 'all/claim.yaml': claim('all', ', labels: {new: "yes"}') + configMap('all', {}) },
    },
    { title: 'a commit without a change', commit: { 'README.md': 'hello' } },
    {
      title: 'drift without a commit',
      before: async ({ kube, namespace }) => {
        await kube.patch(
          { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'light' },
          { data: null, metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' } } },
          { type: 'merge' },
        );
      },
    },
    {
      title: 'a claim that comes and is bound in time',
      commit: { 'light/claim.yaml': claim('light') },
      during: (hand) => setPhase(hand, 'light', 'Bound'),
    },
    { title: 'waits no more', specs: { all: { wait: false }, some: { healthChecks: null } } },
  ],
};
