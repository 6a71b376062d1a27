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
