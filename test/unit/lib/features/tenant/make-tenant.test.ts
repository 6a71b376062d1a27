import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeTenant, type TenantOptions } from '../../../../../src/lib/features/tenant/index.ts';

const BASE: TenantOptions = {
  name: 'dev-team',
  namespaces: ['apps'],
  clusterRole: 'admin',
  serviceAccount: '',
  skipNamespace: false,
  labels: {},
};

describe('makeTenant()', () => {
  test('makes namespace, account and binding, in this order, with the label of the tenant', () => {
    const labels = { 'toolkit.fluxcd.io/tenant': 'dev-team' };
    assert.deepEqual(makeTenant(BASE), [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps', labels } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dev-team', namespace: 'apps', labels } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'dev-team-reconciler', namespace: 'apps', labels },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
        subjects: [{ kind: 'ServiceAccount', name: 'dev-team', namespace: 'apps' }],
      },
    ]);
  });

  test('gives the account rights in its own namespace only', () => {
    const objects = makeTenant({ ...BASE, namespaces: ['front', 'back'] });
    const bindings = objects.filter(({ kind }) => kind === 'RoleBinding');
    assert.equal(
      objects.some(({ kind }) => kind === 'ClusterRoleBinding'),
      false,
    );
    assert.deepEqual(
      bindings.map((binding) => [
        binding.metadata.namespace,
        (binding['subjects'] as { namespace: string }[]).map((one) => one.namespace),
      ]),
      [
        ['front', ['front']],
        ['back', ['back']],
      ],
    );
  });

  test('leaves namespaces to others, and names the account, where asked', () => {
    const objects = makeTenant({ ...BASE, skipNamespace: true, serviceAccount: 'robot' });
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
      ['ServiceAccount/robot', 'RoleBinding/dev-team-reconciler'],
    );
  });

  test("lets nobody's label hide whose the objects are", () => {
    const [namespace] = makeTenant({ ...BASE, labels: { 'toolkit.fluxcd.io/tenant': 'other', team: 'a' } });
    assert.deepEqual(namespace?.metadata.labels, { 'toolkit.fluxcd.io/tenant': 'dev-team', team: 'a' });
  });

  const kinds = (options: Partial<TenantOptions>): string[] =>
    makeTenant({ ...BASE, ...options }).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

  test('adds the bounds that were asked for to each namespace', () => {
    const bounds = { quota: { cpu: '8' }, limitRange: { cpu: '1' }, networkPolicy: true, podSecurity: 'restricted' as const };
    assert.deepEqual(kinds(bounds).slice(3), ['ResourceQuota/dev-team', 'LimitRange/dev-team', 'NetworkPolicy/default-deny']);
    const [namespace] = makeTenant({ ...BASE, ...bounds });
    assert.equal(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
  });

  test('brings the narrow role along, unless somebody else writes it', () => {
    assert.equal(kinds({ clusterRole: 'flux-tenant' })[0], 'ClusterRole/flux-tenant');
    assert.equal(kinds({ clusterRole: 'flux-tenant', skipRole: true })[0], 'Namespace/apps');
    const role = makeTenant({ ...BASE, clusterRole: 'flux-tenant' })[0];
    assert.doesNotMatch(JSON.stringify(role), /"(\*|bind|escalate|impersonate)"/);
    assert.equal(role?.metadata.labels?.['toolkit.fluxcd.io/tenant'], undefined, 'it is no tenant’s own');
  });

  test('writes and binds a Role of its own where it is given one', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'narrow' }, rules: [] };
    const objects = makeTenant({ ...BASE, namespaces: ['a', 'b'], role });
    const roles = objects.filter(({ kind }) => kind === 'Role');
    assert.deepEqual(
      roles.map(({ metadata }) => metadata.namespace),
      ['a', 'b'],
    );
    const bound = objects.filter(({ kind }) => kind === 'RoleBinding').map((binding) => binding['roleRef']);
    assert.deepEqual(bound[0], { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'narrow' });
    assert.deepEqual(bound[1], bound[0]);
  });

  const failures: readonly (readonly [Partial<TenantOptions>, string])[] = [
    [{ namespaces: [] }, 'tenant/namespace-missing'],
    [{ clusterRole: '' }, 'tenant/role-missing'],
    [{ name: '-x' }, 'tenant/bad-name'],
    [{ serviceAccount: 'a b' }, 'tenant/bad-name'],
    [{ namespaces: ['apps', ''] }, 'tenant/bad-name'],
    [{ skipNamespace: true, podSecurity: 'restricted' }, 'tenant/namespace-left-out'],
  ];
  for (const [options, code] of failures)
    test(`refuses ${JSON.stringify(options)}: ${code}`, () => assert.throws(() => makeTenant({ ...BASE, ...options }), { code }));
});
