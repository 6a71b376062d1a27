import assert from 'node:assert/strict';
import { it } from 'node:test';
import { countDenied, denialError, formatDenials, listDenials } from '../../../../../src/lib/engine/rbac/denial-error.ts';
import type { DeniedAccess, NeededAccess } from '../../../../../src/lib/engine/rbac/types.ts';

const denied = (verb: string, name: string, more: Partial<NeededAccess> = {}): DeniedAccess => ({
  reason: '',
  request: {
    verb,
    group: '',
    resource: 'configmaps',
    namespace: 'apps',
    name,
    why: 'apply',
    subject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name },
    ...more,
  },
});

it('denialError() is rbac/denied, whose sentence stays short and whose details have all', () => {
  const many = Array.from({ length: 8 }, (_, index) => denied('get', `c${index}`));
  const report = { needed: 30, asked: 30, denied: many };
  const error = denialError(report, { user: 'dev-team', objects: 9, stale: 1, missingRoles: [] });
  assert.equal(error.code, 'rbac/denied');
  assert.match(
    error.message,
    /^refused before anything was written: 8 of 10 objects \(9 to apply, 1 to prune\) need rights that dev-team lacks: get configmaps in apps \(ConfigMap\/apps\/c0\); /,
  );
  assert.match(error.message, /c4\); and 3 more$/);
  const { denied: all = [] } = (error.details ?? {}) as { denied?: unknown[] };
  assert.equal(all.length, 8);
  assert.deepEqual(error.details?.['missingRoles'], []);
});

it('countDenied() counts objects, not accesses', () => {
  const rows = listDenials([denied('get', 'a'), denied('patch', 'a'), denied('get', 'b')]);
  assert.equal(countDenied(rows, { user: 'dev-team', objects: 9 }), '2 of 9 objects need rights that dev-team lacks');
});

it('listDenials() joins the verbs of one object and place', () => {
  const namespace = { resource: 'namespaces', subject: { apiVersion: 'v1', kind: 'Namespace', name: 'apps' } };
  const rows = listDenials([denied('get', 'a'), denied('delete', 'a', { why: 'prune' }), denied('patch', 'apps', namespace)]);
  assert.deepEqual(
    rows.map(({ verbs, resource, namespace: place = '-', why }) => `${verbs.join()} ${resource} ${place} ${why.join()}`),
    ['get,delete configmaps apps apply,prune', 'patch namespaces - apply'],
  );
});

it('formatDenials() lays them out in columns', () => {
  const role = {
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterroles',
    subject: { apiVersion: 'v1', kind: 'ClusterRole', name: 'r' },
  };
  const { namespace: _none, ...request } = denied('create', 'r', role).request;
  assert.deepEqual(formatDenials([{ request, reason: '' }, denied('get', 'a'), denied('patch', 'a')]), [
    'create      clusterroles.rbac.authorization.k8s.io  (cluster)  ClusterRole/r',
    'get, patch  configmaps                              in apps    ConfigMap/a',
  ]);
});
