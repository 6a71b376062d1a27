import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dropCovered, listGrants } from '../../../../../src/lib/engine/rbac/list-grants.ts';
import type { AccessRequest, NeededAccess } from '../../../../../src/lib/engine/rbac/types.ts';

const RBAC = 'rbac.authorization.k8s.io';
const need = (verb: string, resource: string, name: string, more: Partial<NeededAccess> = {}): NeededAccess => ({
  verb,
  group: '',
  resource,
  namespace: 'apps',
  name,
  why: 'apply',
  subject: { apiVersion: 'v1', kind: 'Any', namespace: 'apps', name },
  ...more,
});
const getPods: AccessRequest = { verb: 'get', group: '', resource: 'pods', namespace: 'apps' };
const show = (requests: readonly AccessRequest[]): string[] =>
  requests.map(
    ({ verb, resource, namespace = '-', name = '*', path }) => `${verb} ${path ?? `${resource} ${namespace}/${name}`}`,
  );

it('listGrants() grants by name, and each access once', () => {
  assert.deepEqual(show(listGrants([need('get', 'configmaps', 'a'), need('get', 'configmaps', 'a'), need('get', 'pods', 'b')])), [
    'get configmaps apps/a',
    'get pods apps/b',
  ]);
});

it('listGrants() leaves names out for headroom, but not those of cluster-scoped objects and of escalation', () => {
  const cluster: NeededAccess = {
    verb: 'get',
    group: '',
    resource: 'nodes',
    name: 'n',
    subject: need('', '', 'n').subject,
    why: 'apply',
  };
  const bind = need('bind', 'roles', 'reader', { group: RBAC, why: 'escalation' });
  assert.deepEqual(
    show(listGrants([need('get', 'configmaps', 'a'), need('get', 'configmaps', 'b'), cluster, bind], { headroom: true })),
    ['get configmaps apps/*', 'get nodes -/n', 'bind roles apps/reader'],
  );
});

it('listGrants() grants a Namespace from outside: a Role in it could be there only after it', () => {
  assert.deepEqual(show(listGrants([need('patch', 'namespaces', 'apps')])), ['patch namespaces -/apps']);
});

it('listGrants() prefers what a role grants to escalate, and escalate to everything', () => {
  const escalate = need('escalate', 'roles', 'reader', { group: RBAC, why: 'escalation', orElse: [getPods] });
  assert.deepEqual(show(listGrants([escalate])), ['get pods apps/*']);
  const everything = [{ verb: '*', group: '*', resource: '*' }];
  assert.deepEqual(show(listGrants([{ ...escalate, orElse: everything }])), ['escalate roles apps/reader']);
});

it('listGrants() grants bind unless all that the role grants is held anyway', () => {
  const bind = need('bind', 'roles', 'reader', { group: RBAC, why: 'escalation', orElse: [getPods] });
  const escalate = need('escalate', 'roles', 'reader', { group: RBAC, why: 'escalation', orElse: [getPods] });
  assert.deepEqual(show(listGrants([bind])), ['bind roles apps/reader']);
  assert.deepEqual(show(listGrants([bind, escalate])), ['get pods apps/*']);
  assert.deepEqual(show(listGrants([{ ...bind, orElse: 'unknown' }])), ['bind roles apps/reader']);
});

it('dropCovered() leaves out what a broader access grants as well', () => {
  const requests: AccessRequest[] = [
    getPods,
    { ...getPods, name: 'a' },
    { ...getPods, verb: 'list' },
    { ...getPods, namespace: 'other', name: 'a' },
    { verb: '*', group: '*', resource: 'secrets' },
    { verb: 'get', group: '', resource: 'secrets', namespace: 'apps', name: 's' },
    { verb: 'get', group: '', resource: '', path: '/metrics/*' },
    { verb: 'get', group: '', resource: '', path: '/metrics/cpu' },
  ];
  assert.deepEqual(show(dropCovered(requests)), [
    'get pods apps/*',
    'list pods apps/*',
    'get pods other/a',
    '* secrets -/*',
    'get /metrics/*',
  ]);
});
