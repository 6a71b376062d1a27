import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { fromRefs } from '../../../../../src/lib/engine/inventory/index.ts';
import { inventoryAfterFailure } from '../../../../../src/lib/features/reconcile/apply-manifests.ts';

const ref = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name });
const before = fromRefs([ref('old')]);
const union = fromRefs([ref('old'), ref('one'), ref('two')]);

/** An apply that failed with the second of two objects. */
function failed(code: 'ssa/dry-run-failed' | 'ssa/apply-failed', status: number, done: readonly string[]): FluxError {
  const cause = new FluxError('kube/invalid', 'no good', { details: { status } });
  return new FluxError(code, 'ConfigMap/apps/two failed', {
    cause,
    details: { entries: done.map((name) => ({ ref: ref(name), action: 'created' })) },
  });
}

it('inventoryAfterFailure() tracks what was applied, and nothing that never came to be', () => {
  assert.deepEqual(inventoryAfterFailure(before, union, failed('ssa/dry-run-failed', 422, [])), before);
  assert.deepEqual(
    inventoryAfterFailure(before, union, failed('ssa/apply-failed', 403, ['one'])),
    fromRefs([ref('old'), ref('one')]),
  );
  assert.equal(inventoryAfterFailure(undefined, fromRefs([ref('one')]), failed('ssa/dry-run-failed', 422, [])), null);
});

it('inventoryAfterFailure() keeps all where nobody knows whether the write came through', () => {
  assert.deepEqual(inventoryAfterFailure(before, union, failed('ssa/apply-failed', 500, ['one'])), union);
  const lost = new FluxError('ssa/apply-failed', 'lost', { cause: new FluxError('kube/unreachable', 'reset') });
  assert.deepEqual(inventoryAfterFailure(before, union, lost), union);
  assert.deepEqual(inventoryAfterFailure(before, union, new Error('a fault of ours')), union);
});
