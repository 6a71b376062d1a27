import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { judgeReconciled, waitReconciled } from '../../../../../src/lib/features/bootstrap/wait-reconciled.ts';
import { makeWorld } from './scripted-world.ts';

const REVISION = 'main@sha1:abc';
const AT = '2026-01-01T00:00:00.000Z';

const kustomization = (status: JsonObject, spec: JsonObject = {}): K8sObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'flux-system', namespace: 'flux-system', generation: 2 },
  spec,
  status,
});
const ready = (status: string, message = 'said so'): JsonObject[] => [{ type: 'Ready', status, reason: 'R', message }];
const judge = (object: K8sObject): string => judgeReconciled(object, REVISION, AT).status;

describe('judgeReconciled()', () => {
  it('is satisfied with a ready object at the revision', () => {
    const status = { observedGeneration: 2, lastAttemptedRevision: REVISION, conditions: ready('True') };
    assert.equal(judge(kustomization(status)), 'Current');
    assert.equal(judge(kustomization({ ...status, lastAttemptedRevision: 'main@sha1:old' })), 'InProgress');
    assert.equal(judge(kustomization({ ...status, observedGeneration: 1 })), 'InProgress');
  });

  it('looks at the artifact of a source', () => {
    const status = { observedGeneration: 2, artifact: { revision: REVISION }, conditions: ready('True') };
    assert.equal(judge({ ...kustomization(status), kind: 'GitRepository' }), 'Current');
  });

  it('takes a failure as final once the request has been handled', () => {
    const status = { observedGeneration: 2, conditions: ready('False', 'no access') };
    assert.equal(judge(kustomization(status)), 'InProgress');
    const handled = judgeReconciled(kustomization({ ...status, lastHandledReconcileAt: AT }), REVISION, AT);
    assert.deepEqual([handled.status, handled.message], ['Failed', 'no access']);
  });

  it('fails at once where the object is suspended', () => {
    const result = judgeReconciled(kustomization({}, { suspend: true }), REVISION, AT);
    assert.deepEqual([result.status, result.message], ['Failed', "Kustomization 'flux-system/flux-system' is suspended"]);
  });

  it('says so where no controller has looked at it', () => {
    const result = judgeReconciled(kustomization({ observedGeneration: -1 }), REVISION, AT);
    assert.deepEqual([result.status, result.message], ['InProgress', 'no controller has looked at it yet']);
  });
});

describe('waitReconciled()', () => {
  const ref = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: 'flux-system',
    name: 'flux-system',
  };

  it('asks for a reconciliation and tells of success', async () => {
    const status = { observedGeneration: 2, lastAttemptedRevision: REVISION, conditions: ready('True') };
    const { world, writes, told } = makeWorld({ objects: [kustomization(status)] });
    await waitReconciled(ref, REVISION, 1_000, world);
    assert.deepEqual(writes, ['patch Kustomization/flux-system/flux-system']);
    assert.equal(told.at(-1), '✔ Kustomization reconciled successfully');
  });

  it('says what is missing when the time is over', async () => {
    const { world } = makeWorld({ objects: [kustomization({ observedGeneration: -1 })] });
    await assert.rejects(waitReconciled(ref, REVISION, 1_000, world), (error) => {
      return isFluxError(error, 'bootstrap/not-reconciled') && error.message.includes('no controller has looked at it yet');
    });
  });
});
