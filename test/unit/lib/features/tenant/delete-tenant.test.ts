import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { K8sObject, KindRef } from '../../../../../src/lib/core/objects.ts';
import { deleteTenant, makeTenant, type TenantDeleter } from '../../../../../src/lib/features/tenant/index.ts';
import { keptStory, memoryStore } from '../objects/memory-store.ts';

const TENANT = makeTenant({
  name: 'team',
  namespaces: ['apps'],
  clusterRole: 'admin',
  serviceAccount: '',
  skipNamespace: false,
  labels: {},
  quota: { cpu: '8' },
});
const SYNC: K8sObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'team', namespace: 'apps', labels: { 'toolkit.fluxcd.io/tenant': 'team' } },
};
const config = (name: string, labels: Record<string, string> = {}): K8sObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'apps', labels },
});

/** A store behind the port, with the kinds that the tests use. */
function world(objects: readonly K8sObject[]) {
  const store = memoryStore(objects);
  const kinds: readonly (readonly [string, string, string])[] = [
    ['', 'v1', 'ConfigMap'],
    ['', 'v1', 'ServiceAccount'],
    ['kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization'],
  ];
  const kube: TenantDeleter = {
    ...store.kube,
    async list(kind: KindRef, options: { namespace?: string; labelSelector?: string } = {}) {
      const { items } = await store.kube.list(kind, options.namespace === undefined ? {} : { namespace: options.namespace });
      const [key, value] = (options.labelSelector ?? '').split('=');
      return { items: key === '' ? items : items.filter(({ metadata }) => metadata.labels?.[key ?? ''] === value) };
    },
    async resources() {
      return kinds.map(([group, version, kind]) => ({ group, version, kind, namespaced: true, verbs: ['list', 'delete'] }));
    },
  };
  const story = keptStory();
  const run = (more: Partial<Parameters<typeof deleteTenant>[1]> = {}) =>
    deleteTenant(kube, {
      name: 'team',
      keepNamespaces: false,
      yes: false,
      timeoutMs: 50,
      progress: story,
      signal: new AbortController().signal,
      confirm: () => Promise.resolve(true),
      ...more,
    });
  return { store, story, run };
}

describe('deleteTenant()', () => {
  test('lets Flux objects clean up first, and takes the namespace last', async () => {
    const { store, run } = world([...TENANT, SYNC]);
    await run();
    assert.deepEqual(store.writes, [
      'delete Kustomization/apps/team',
      'delete ResourceQuota/apps/team',
      'delete RoleBinding/apps/team-reconciler',
      'delete ServiceAccount/apps/team',
      'delete Namespace/apps',
    ]);
  });

  test('is no error where nothing is left', async () => {
    const { store, story, run } = world([]);
    assert.deepEqual((await run()).objects, []);
    assert.deepEqual(store.writes, []);
    assert.match(story.told.join(), /there is no tenant team/);
  });

  test('leaves a namespace to the cluster that is going already, whatever is in it', async () => {
    const [namespace] = TENANT as [K8sObject];
    const going = { ...namespace, metadata: { ...namespace.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const { store, run } = world([going, config('theirs')]);
    assert.deepEqual((await run({ confirm: () => Promise.resolve(false) })).objects, [
      { kind: 'Namespace', namespace: '', name: 'apps', action: 'terminating' },
    ]);
    assert.deepEqual(store.writes, []);
  });

  test('asks, and does nothing without a yes: tenant/aborted', async () => {
    const { store, run } = world(TENANT);
    await assert.rejects(run({ confirm: () => Promise.resolve(false) }), { code: 'tenant/aborted' });
    assert.deepEqual(store.writes, []);
  });

  test('never takes a namespace with objects of others along: tenant/others-objects', async () => {
    const { store, run } = world([...TENANT, config('theirs')]);
    await assert.rejects(run(), { code: 'tenant/others-objects', message: /ConfigMap\/apps\/theirs/ });
    assert.deepEqual(store.writes, []);
    await run({ yes: true });
    assert.equal(store.get('Namespace/apps'), undefined);
  });

  test('counts what the tenant applied itself, and what the cluster makes, as nobody else’s', async () => {
    const applied = config('web', {
      'kustomize.toolkit.fluxcd.io/namespace': 'apps',
      'kustomize.toolkit.fluxcd.io/name': 'team',
    });
    const { run } = world([...TENANT, applied, config('kube-root-ca.crt')]);
    await run();
  });

  test('keeps the namespace where asked, without the label', async () => {
    const { store, run } = world([...TENANT, config('theirs')]);
    await run({ keepNamespaces: true });
    assert.deepEqual(store.get('Namespace/apps')?.metadata.labels, {});
    assert.ok(store.get('ConfigMap/apps/theirs') !== undefined);
  });

  test('leaves what a Kustomization of the platform would bring back: tenant/managed-by-git', async () => {
    const owned = TENANT.map((object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        labels: {
          ...object.metadata.labels,
          'kustomize.toolkit.fluxcd.io/name': 'tenants',
          'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
        },
      },
    }));
    const { store, run } = world(owned);
    await assert.rejects(run({ yes: true }), { code: 'tenant/managed-by-git', message: /flux-system\/tenants/ });
    assert.deepEqual(store.writes, []);
  });

  test('leaves the account where a Kustomization cannot clean up: tenant/not-finalized', async () => {
    const held = { ...SYNC, metadata: { ...SYNC.metadata, finalizers: ['finalizers.fluxcd.io'] } };
    const { store, run } = world([...TENANT, held]);
    await assert.rejects(run(), { code: 'tenant/not-finalized', hint: /--drive/ });
    assert.ok(store.get('ServiceAccount/apps/team') !== undefined);
    await run({
      finalize: async () => {
        store.remove('Kustomization/apps/team');
      },
    });
    assert.equal(store.get('ServiceAccount/apps/team'), undefined);
  });
});
