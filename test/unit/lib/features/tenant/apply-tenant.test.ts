import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { applyTenant, makeTenant } from '../../../../../src/lib/features/tenant/index.ts';
import { memoryStore } from '../objects/memory-store.ts';

const TENANT = makeTenant({
  name: 'team',
  namespaces: ['apps'],
  clusterRole: 'admin',
  serviceAccount: '',
  skipNamespace: false,
  labels: {},
});
const options = { progress: SILENT, signal: new AbortController().signal };

/** What was written, and what each object came to. */
async function apply(live: readonly K8sObject[], wanted = TENANT) {
  const store = memoryStore(live);
  const applied = await applyTenant(wanted, store.kube, options);
  return { store, writes: store.writes, actions: applied.map(({ kind, action }) => `${kind} ${action}`) };
}

const withBinding = (change: object): K8sObject[] =>
  TENANT.map((object) => (object.kind === 'RoleBinding' ? { ...object, ...change } : object));

describe('applyTenant()', () => {
  test('creates what is not there, as the flux CLI', async () => {
    const { store, writes } = await apply([]);
    assert.deepEqual(writes, [
      'create Namespace/apps',
      'create ServiceAccount/apps/team',
      'create RoleBinding/apps/team-reconciler',
    ]);
    assert.deepEqual(new Set(store.managers), new Set(['flux']));
  });

  test('writes nothing the second time', async () => {
    const { writes, actions } = await apply(TENANT);
    assert.deepEqual(writes, []);
    assert.deepEqual(actions, ['Namespace unchanged', 'ServiceAccount unchanged', 'RoleBinding unchanged']);
  });

  test('adds its labels, and keeps those of others', async () => {
    const [namespace, ...rest] = TENANT as [K8sObject, ...K8sObject[]];
    const { store, actions } = await apply([{ ...namespace, metadata: { name: 'apps', labels: { theirs: 'x' } } }, ...rest]);
    assert.equal(actions[0], 'Namespace configured');
    assert.deepEqual(store.get('Namespace/apps')?.metadata.labels, { theirs: 'x', 'toolkit.fluxcd.io/tenant': 'team' });
  });

  test('takes subjects away that do not belong into the binding', async () => {
    const { store, writes } = await apply(withBinding({ subjects: [{ kind: 'User', name: 'mallory' }] }));
    assert.deepEqual(writes, ['replace RoleBinding/apps/team-reconciler']);
    assert.deepEqual(store.get('RoleBinding/apps/team-reconciler')?.['subjects'], TENANT[2]?.['subjects']);
  });

  test('makes the binding anew where its role changes', async () => {
    const wide = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    const { store, writes, actions } = await apply(withBinding({ roleRef: wide }));
    assert.deepEqual(writes, ['delete RoleBinding/apps/team-reconciler', 'create RoleBinding/apps/team-reconciler']);
    assert.deepEqual(store.get('RoleBinding/apps/team-reconciler')?.['roleRef'], TENANT[2]?.['roleRef']);
    assert.equal(actions[2], 'RoleBinding configured');
  });

  test('writes bounds on the server’s side, and nothing the second time', async () => {
    const bounded = makeTenant({
      name: 'team',
      namespaces: ['apps'],
      clusterRole: 'admin',
      serviceAccount: '',
      skipNamespace: false,
      labels: {},
      quota: { cpu: '8' },
    });
    const { store, actions } = await apply([], bounded);
    assert.equal(actions[3], 'ResourceQuota created');
    const again = await apply(
      bounded.map(
        (object) =>
          store.get(`${object.kind}/${object.metadata.namespace === undefined ? '' : 'apps/'}${object.metadata.name}`) ?? object,
      ),
      bounded,
    );
    assert.deepEqual(new Set(again.actions.map((action) => action.split(' ')[1])), new Set(['unchanged']));
    assert.deepEqual(again.writes, []);
  });

  test('finds out before the first write that a kind is missing: tenant/kind-missing', async () => {
    const store = memoryStore([]);
    const kube = { ...store.kube, resourceOf: () => Promise.resolve(undefined) };
    await assert.rejects(applyTenant(TENANT, kube, options), { code: 'tenant/kind-missing' });
    assert.deepEqual(store.writes, []);
  });
});
