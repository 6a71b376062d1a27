import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { fromRefs } from '../../../../../src/lib/engine/inventory/index.ts';
import type { KubeClient } from '../../../../../src/lib/engine/kube/index.ts';
import {
  checkPrune,
  checkRecreate,
  parsePruneLimit,
  type PruneGuard,
} from '../../../../../src/lib/features/reconcile/guard-prune.ts';
import type { ActingIdentity } from '../../../../../src/lib/features/reconcile/ports.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const kustomization = readKustomization({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'web', namespace: 'apps' },
  spec: { interval: '5m', prune: true, sourceRef: { kind: 'GitRepository', name: 's' } },
});
const OWNER = { 'kustomize.toolkit.fluxcd.io/name': 'web', 'kustomize.toolkit.fluxcd.io/namespace': 'apps' };
const ref = (kind: string, name: string, apiVersion = 'v1'): ObjectRef => ({ apiVersion, kind, namespace: 'apps', name });

/** Reads from a table; an error in it is thrown. */
function readerOf(live: Readonly<Record<string, K8sObject['metadata'] | Error>>): KubeClient {
  const get = ({ apiVersion, kind, name }: ObjectRef): Promise<K8sObject | undefined> => {
    const metadata = live[name];
    if (metadata instanceof Error) return Promise.reject(metadata);
    return Promise.resolve(metadata === undefined ? undefined : { apiVersion, kind, metadata });
  };
  return { get } as unknown as KubeClient;
}
const actingOn = (kube: KubeClient): ActingIdentity => ({
  identity: 'acting',
  kube,
  viewer: { identity: 'own', kube },
  close: () => Promise.resolve(),
});
const owned = (name: string) => ({ name, namespace: 'apps', labels: OWNER });

async function check(refs: readonly ObjectRef[], kube: KubeClient, guard: PruneGuard, inventory = refs): Promise<string> {
  try {
    await checkPrune(refs, fromRefs(inventory), kustomization, actingOn(kube), guard, undefined);
    return 'passes';
  } catch (error) {
    assert.ok(isFluxError(error), String(error));
    return `${error.code}: ${error.message}`;
  }
}

it('parsePruneLimit() reads numbers and percentages', () => {
  assert.deepEqual(parsePruneLimit('25'), { count: 25 });
  assert.deepEqual(parsePruneLimit('0'), { count: 0 });
  assert.deepEqual(parsePruneLimit('12.5%'), { percent: 12.5 });
});

for (const text of ['', '-1', '1.5', '101%', 'all', '5 %']) {
  it(`parsePruneLimit() refuses "${text}": usage/bad-value`, () => {
    assert.throws(
      () => parsePruneLimit(text),
      (error) => isFluxError(error, 'usage/bad-value'),
    );
  });
}

it('checkPrune() lets exactly the limit pass, and reports one more as reconcile/prune-limit', async () => {
  const refs = [ref('ConfigMap', 'a'), ref('ConfigMap', 'b')];
  const kube = readerOf({ a: owned('a'), b: owned('b') });
  assert.equal(await check(refs, kube, { limit: { count: 2 } }), 'passes');
  assert.equal(
    await check(refs, kube, { limit: { count: 1 } }),
    'reconcile/prune-limit: Kustomization/apps/web would delete 2 of its 2 objects, and the limit is 1: ConfigMap/apps/b, ConfigMap/apps/a',
  );
});

it('checkPrune() takes a percentage of the inventory before the run', async () => {
  const refs = [ref('ConfigMap', 'a'), ref('ConfigMap', 'b')];
  const inventory = [...refs, ...Array.from({ length: 8 }, (_, index) => ref('ConfigMap', `other-${index}`))];
  const kube = readerOf({ a: owned('a'), b: owned('b') });
  assert.equal(await check(refs, kube, { limit: { percent: 20 } }, inventory), 'passes');
  assert.match(await check(refs, kube, { limit: { percent: 19.9 } }, inventory), /2 of its 10 objects, and the limit is 19\.9%/);
});

it('checkPrune() counts only what would be deleted: not what is gone, of another owner, or to stay', async () => {
  const refs = ['gone', 'foreign', 'kept', 'unread'].map((name) => ref('ConfigMap', name));
  const broken = new Error('connection lost');
  const kube = readerOf({
    foreign: { name: 'foreign', namespace: 'apps' },
    kept: { ...owned('kept'), annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } },
  });
  assert.equal(await check(refs, kube, { limit: { count: 0 } }), 'passes');
  await assert.rejects(check(refs, readerOf({ unread: broken }), { limit: { count: 0 } }), /connection lost/);
});

it('checkPrune() keeps protected kinds, by kind or by kind and group: reconcile/protected-kind', async () => {
  const refs = [ref('PersistentVolumeClaim', 'data'), ref('Widget', 'w', 'example.com/v1')];
  const kube = readerOf({ data: owned('data'), w: owned('w') });
  const kinds = (...protectedKinds: string[]): PruneGuard => ({ protectedKinds });
  assert.match(
    await check(refs, kube, kinds('persistentvolumeclaim')),
    /^reconcile\/protected-kind: .* would delete 1 of a protected kind: PersistentVolumeClaim\/apps\/data$/,
  );
  assert.match(await check(refs, kube, kinds('Widget.example.com')), /Widget\/apps\/w$/);
  assert.equal(await check(refs, kube, kinds('Widget.example.org', 'Namespace')), 'passes');
});

it('checkRecreate() keeps protected kinds from being made anew', () => {
  const claim: K8sObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: owned('data') };
  assert.doesNotThrow(() => checkRecreate(claim, kustomization, { limit: { count: 0 } }));
  assert.throws(
    () => checkRecreate(claim, kustomization, { protectedKinds: ['PersistentVolumeClaim'] }),
    (error) => isFluxError(error, 'reconcile/protected-kind'),
  );
});
