import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { waitFor } from '../../../../../src/lib/engine/health/index.ts';

const ref = (kind: string, name: string): ObjectRef => ({ apiVersion: 'v1', kind, namespace: 'apps', name });
const claim = (name: string, phase: string): K8sObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'apps', resourceVersion: '1' },
  status: { phase },
});

const clock = {
  now: () => 0,
  sleep: (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
};

it('waitFor() reads nothing that is known to be Current, and reads what is not', async () => {
  const read: string[] = [];
  const report = await waitFor(
    [ref('PersistentVolumeClaim', 'bound'), ref('PersistentVolumeClaim', 'pending'), ref('ConfigMap', 'unknown')],
    {
      get: ({ kind, name }) => {
        read.push(name);
        const object: K8sObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'apps' } };
        return Promise.resolve(kind === 'ConfigMap' ? object : claim(name, 'Bound'));
      },
      list: () => Promise.reject(new Error('nobody asked for a list')),
      watch: () => {
        throw new Error('nobody asked for a watch');
      },
    },
    {
      timeoutMs: 1_000,
      clock,
      known: ({ kind, name }) => (kind === 'ConfigMap' ? undefined : claim(name, name === 'bound' ? 'Bound' : 'Pending')),
    },
  );
  assert.equal(report.outcome, 'ready');
  assert.deepEqual(read.toSorted(), ['pending', 'unknown']);
});
