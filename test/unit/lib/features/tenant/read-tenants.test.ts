import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject, KindRef } from '../../../../../src/lib/core/objects.ts';
import { exportTenant, makeTenant, readTenant, readTenants, TENANT_VIEW } from '../../../../../src/lib/features/tenant/index.ts';

/** Lists what it holds; kinds of Flux are not served where there are none. */
function readerOf(objects: readonly K8sObject[]) {
  return {
    async list(kind: KindRef, { labelSelector = '' }: { labelSelector?: string } = {}) {
      const items = objects.filter((object) => object.kind === kind.kind);
      if (items.length === 0 && kind.apiVersion.includes('fluxcd.io'))
        throw new FluxError('kube/unknown-kind', `no ${kind.kind}`);
      const [key = '', value] = labelSelector.split('=');
      return {
        items: items.filter(
          ({ metadata: { labels = {} } }) => key === '' || (key in labels && (value ?? labels[key]) === labels[key]),
        ),
      };
    },
  };
}

const make = (name: string, namespaces: readonly string[], more = {}): K8sObject[] =>
  makeTenant({ name, namespaces, clusterRole: 'admin', serviceAccount: '', skipNamespace: false, labels: {}, ...more });

const kustomization = (name: string, status: string): K8sObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'apps' },
  status: { conditions: [{ type: 'Ready', status }] },
});

describe('readTenants()', () => {
  test('tells what each tenant has, by its label', async () => {
    const team = make('team', ['apps'], {
      quota: { cpu: '8' },
      networkPolicy: true,
      podSecurity: 'restricted',
      admissionPolicy: true,
    });
    const objects = [...team, ...make('ops', ['x', 'y']), kustomization('web', 'True'), kustomization('db', 'False')];
    const [ops, found] = await readTenants(readerOf(objects));
    assert.deepEqual(
      ops?.namespaces.map(({ name }) => name),
      ['x', 'y'],
    );
    assert.ok(found !== undefined);
    assert.deepEqual(found.namespaces, [{ name: 'apps', isOwn: true, podSecurity: 'restricted' }]);
    assert.deepEqual(found.accounts, [{ namespace: 'apps', name: 'team' }]);
    assert.deepEqual(found.roles, [{ namespace: 'apps', kind: 'ClusterRole', name: 'admin', binding: 'team-reconciler' }]);
    assert.deepEqual(found.admissionPolicies, ['flux-tenant-team', 'flux-tenant-team-bounds']);
    const row = Object.fromEntries(TENANT_VIEW.map(({ title, value }) => [title, value(found)]));
    assert.deepEqual(
      [row['NAME'], row['QUOTA'], row['READY'], row['NETWORK'], row['GUARDED']],
      ['team', 'cpu=8', '1/2', 'default-deny', 'True'],
    );
  });

  test('knows namespaces that somebody else has made, by the account in them', async () => {
    const tenant = await readTenant(readerOf(make('team', ['apps'], { skipNamespace: true })), 'team');
    assert.deepEqual(tenant.namespaces, [{ name: 'apps', isOwn: false, podSecurity: '' }]);
  });

  test('says that there is none: tenant/not-found', async () => {
    await assert.rejects(readTenant(readerOf([]), 'team'), { code: 'tenant/not-found' });
    await assert.rejects(exportTenant(readerOf([]), 'team'), { code: 'tenant/not-found' });
  });
});

describe('exportTenant()', () => {
  test('gives back what makeTenant() made', async () => {
    const objects = make('team', ['apps'], { quota: { cpu: '8' }, networkPolicy: true });
    const live = objects.map((object) => ({
      ...object,
      ...(object.kind === 'Namespace' ? { spec: { finalizers: ['kubernetes'] } } : {}),
      metadata: {
        ...object.metadata,
        uid: 'x',
        resourceVersion: '7',
        labels: { ...object.metadata.labels, ...(object.kind === 'Namespace' ? { 'kubernetes.io/metadata.name': 'apps' } : {}) },
      },
      status: { phase: 'Active' },
    }));
    assert.deepEqual(await exportTenant(readerOf(live), 'team'), objects);
  });
});
