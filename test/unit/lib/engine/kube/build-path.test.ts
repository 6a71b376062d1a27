import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPath, formatQuery } from '../../../../../src/lib/engine/kube/build-path.ts';

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const roles = { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles', namespaced: false };

test('buildPath() leads to objects, lists and subresources', () => {
  assert.equal(buildPath(pods, { namespace: 'apps', name: 'web' }), '/api/v1/namespaces/apps/pods/web');
  assert.equal(buildPath(pods, {}), '/api/v1/pods');
  assert.equal(buildPath(pods, { namespace: 'a', name: 'w', subresource: 'status' }), '/api/v1/namespaces/a/pods/w/status');
});

test('buildPath() gives a cluster-scoped object no namespace, and quotes its name', () => {
  const path = buildPath(roles, { namespace: 'apps', name: 'system:a/b' });
  assert.equal(path, '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb');
});

test('formatQuery() quotes values and leaves out what is not set', () => {
  assert.equal(
    formatQuery({ labelSelector: 'a in (b,c)', watch: true, force: false, limit: 5, continue: undefined }),
    '?labelSelector=a%20in%20(b%2Cc)&watch=true&limit=5',
  );
  assert.equal(formatQuery({}), '');
});
