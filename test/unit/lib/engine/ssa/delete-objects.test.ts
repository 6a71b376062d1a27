import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { deleteObjects } from '../../../../../src/lib/engine/ssa/delete-objects.ts';
import type { ApplyCluster } from '../../../../../src/lib/engine/ssa/types.ts';

/** A port that has nothing to say but this. */
function answering(failure: FluxError): ApplyCluster {
  return { get: () => Promise.reject(failure) } as unknown as ApplyCluster;
}

it('deleteObjects() takes what has no namespace where one is needed for gone', async () => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'lost' };
  const cluster = answering(new FluxError('kube/no-namespace', 'ConfigMap/lost needs a namespace, and has none'));
  assert.deepEqual(await deleteObjects([ref], cluster), { entries: [{ ref, action: 'deleted' }] });
});

it('deleteObjects() tells any other failure to read: ssa/delete-failed', async () => {
  const cluster = answering(new FluxError('kube/forbidden', 'no'));
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'one' };
  await assert.rejects(
    deleteObjects([ref], cluster),
    (error) => error instanceof FluxError && error.code === 'ssa/delete-failed',
  );
});

/** A ConfigMap that belongs to the first owner until somebody writes it, which happens just before it is deleted. */
function handedOver(labels: Readonly<Record<string, string>>): { cluster: ApplyCluster; deleted: string[] } {
  let version = 1;
  const deleted: string[] = [];
  const cluster = {
    get: () =>
      Promise.resolve({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'one',
          namespace: 'apps',
          uid: 'u',
          resourceVersion: String(version),
          labels: version === 1 ? { owner: 'first' } : labels,
        },
      }),
    delete: (_ref: unknown, { resourceVersion = '' }: { resourceVersion?: string }) => {
      if (version === 1) version = 2;
      if (resourceVersion !== String(version)) return Promise.reject(new FluxError('kube/conflict', 'precondition failed'));
      deleted.push(resourceVersion);
      return Promise.resolve(true);
    },
  };
  return { cluster: cluster as unknown as ApplyCluster, deleted };
}

it('deleteObjects() leaves what another owner took between the look and the deletion', async () => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'one' };
  const taken = handedOver({ owner: 'second' });
  const owner = { owner: 'first' };
  assert.deepEqual(await deleteObjects([ref], taken.cluster, { owner }), { entries: [{ ref, action: 'skipped' }] });
  assert.deepEqual(taken.deleted, []);
  const written = handedOver({ owner: 'first', other: 'label' });
  assert.deepEqual(await deleteObjects([ref], written.cluster, { owner }), { entries: [{ ref, action: 'deleted' }] });
  assert.deepEqual(written.deleted, ['2']);
});
