import assert from 'node:assert/strict';
import { it } from 'node:test';
import { joinRules, suggestRole } from '../../../../../src/lib/engine/rbac/suggest-role.ts';

const request = (verb: string, resource: string, namespace?: string, name = 'x') => ({
  verb,
  group: '',
  resource,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

it('suggestRole() writes a Role per namespace and a ClusterRole for the rest, bound to the account', () => {
  const objects = suggestRole(
    [request('patch', 'configmaps', 'apps'), request('create', 'namespaces'), request('get', 'configmaps', 'apps')],
    { name: 'web-missing', account: { namespace: 'apps', name: 'dev-team' } },
  );
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`),
    ['Role apps/web-missing', 'RoleBinding apps/web-missing', 'ClusterRole -/web-missing', 'ClusterRoleBinding -/web-missing'],
  );
  assert.deepEqual(objects[0]?.['rules'], [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'] }]);
  assert.deepEqual(objects[2]?.['rules'], [
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['x'], verbs: ['create'] },
  ]);
  assert.deepEqual(objects[1]?.['subjects'], [{ kind: 'ServiceAccount', name: 'dev-team', namespace: 'apps' }]);
});

it('joinRules() joins resources with the same verbs, and names of one resource', () => {
  assert.deepEqual(joinRules([request('get', 'pods', 'a'), request('get', 'secrets', 'a')], 'none'), [
    { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get'] },
  ]);
  assert.deepEqual(joinRules([request('get', 'pods', 'a', 'two'), request('get', 'pods', 'a', 'one')], 'all'), [
    { apiGroups: [''], resources: ['pods'], resourceNames: ['one', 'two'], verbs: ['get'] },
  ]);
});

it('joinRules() always names the roles that may be bound', () => {
  const bind = { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', namespace: 'apps', name: 'view' };
  assert.deepEqual(joinRules([bind], 'none')[0]?.resourceNames, ['view']);
});

it('joinRules() keeps paths apart from resources', () => {
  assert.deepEqual(joinRules([{ verb: 'get', group: '', resource: '', path: '/metrics' }], 'none'), [
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
  ]);
});
