import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { KUSTOMIZATION_KIND, selectObjects } from '../../../../../src/lib/features/reconcile/select-objects.ts';

/** A client of a namespace with some Kustomizations, and what it was asked. */
function kubeOf(names: readonly string[], mayList = true) {
  const asked: string[] = [];
  const objectOf = (name: string): K8sObject => ({ ...KUSTOMIZATION_KIND, metadata: { name, namespace: 'apps' } });
  const kube = {
    get({ name }: ObjectRef) {
      asked.push(`get ${name}`);
      return Promise.resolve(names.includes(name) ? objectOf(name) : undefined);
    },
    list() {
      asked.push('list');
      if (!mayList) return Promise.reject(new FluxError('kube/forbidden', 'no'));
      // As a server gives them: the kind stands with the list.
      return Promise.resolve({
        resourceVersion: '1',
        items: names.map((name) => ({ metadata: objectOf(name).metadata }) as K8sObject),
      });
    },
  };
  return { asked, kube };
}

const select = (kube: ReturnType<typeof kubeOf>['kube'], names: readonly string[]) =>
  selectObjects({ from: 'names', namespace: 'apps', names }, { kube }, true);
const EIGHT = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

it('selectObjects() reads a few by name, and many by one list, in the order in which they are named', async () => {
  const few = kubeOf(EIGHT);
  assert.equal((await select(few.kube, ['b', 'a'])).length, 2);
  assert.deepEqual(few.asked, ['get b', 'get a']);
  const many = kubeOf([...EIGHT, 'other']);
  const found = await select(many.kube, EIGHT.toReversed());
  assert.deepEqual(
    found.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    EIGHT.toReversed().map((name) => `Kustomization ${name}`),
  );
  assert.deepEqual(many.asked, ['list']);
});

it('selectObjects() reads many by name where the caller may not list them', async () => {
  const { kube, asked } = kubeOf(EIGHT, false);
  assert.equal((await select(kube, EIGHT)).length, 8);
  assert.deepEqual(asked, ['list', ...EIGHT.map((name) => `get ${name}`)]);
});

for (const mayList of [true, false]) {
  it(`selectObjects() says reconcile/not-found ${mayList ? 'by a list' : 'by single reads'}`, async () => {
    await assert.rejects(select(kubeOf(EIGHT.slice(1), mayList).kube, EIGHT), (error) =>
      isFluxError(error, 'reconcile/not-found'),
    );
  });
}
