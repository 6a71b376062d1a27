import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { listBoundRoles, requiredAccess } from '../../../../../src/lib/engine/rbac/required-access.ts';
import { scopesWithDefinitions } from '../../../../../src/lib/engine/rbac/resource-scopes.ts';
import type { NeededAccess, ScopeLookup } from '../../../../../src/lib/engine/rbac/types.ts';

const read = (yaml: string): K8sObject => parseYaml(yaml) as K8sObject;
const SCOPES: Readonly<Record<string, [string, boolean]>> = {
  ConfigMap: ['configmaps', true],
  Namespace: ['namespaces', false],
  Role: ['roles', true],
  ClusterRole: ['clusterroles', false],
  RoleBinding: ['rolebindings', true],
};
const scopeOf: ScopeLookup = ({ kind }) => {
  const found = SCOPES[kind];
  return found === undefined ? undefined : { plural: found[0], namespaced: found[1] };
};
const show = (needed: readonly NeededAccess[]): string[] =>
  needed.map(({ verb, resource, namespace = '-', name, why }) => `${why}: ${verb} ${resource} ${namespace}/${name}`);

const CONFIG = read(`{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: apps}}`);

it('requiredAccess() asks for get, patch and create of what is applied, get and delete of what is stale', () => {
  const stale = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'old' };
  assert.deepEqual(show(requiredAccess([CONFIG], { scopeOf, staleRefs: [stale] })), [
    'apply: get configmaps apps/conf',
    'apply: patch configmaps apps/conf',
    'apply: create configmaps apps/conf',
    'prune: get configmaps apps/old',
    'prune: delete configmaps apps/old',
  ]);
});

it('requiredAccess() looks at a Namespace as something within itself, but for its creation', () => {
  const namespace = read(`{apiVersion: v1, kind: Namespace, metadata: {name: apps}}`);
  assert.deepEqual(show(requiredAccess([namespace], { scopeOf })), [
    'apply: get namespaces apps/apps',
    'apply: patch namespaces apps/apps',
    'apply: create namespaces -/apps',
  ]);
});

it('requiredAccess() asks for delete of what may be made anew', () => {
  assert.equal(show(requiredAccess([CONFIG], { scopeOf, isForced: () => true })).at(-1), 'force: delete configmaps apps/conf');
});

it('requiredAccess() leaves out kinds that nobody knows, and knows those that the set defines', () => {
  const widget = read(`{apiVersion: example.com/v1, kind: Widget, metadata: {name: w, namespace: apps}}`);
  assert.deepEqual(requiredAccess([widget], { scopeOf }), []);
  const definition = read(
    `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}, spec: {group: example.com, scope: Namespaced, names: {kind: Widget, plural: widgets}}}`,
  );
  const withDefinitions = scopesWithDefinitions([definition, widget], scopeOf);
  assert.equal(show(requiredAccess([widget], { scopeOf: withDefinitions }))[0], 'apply: get widgets apps/w');
});

it('requiredAccess() asks for escalate on roles, or else for what they grant', () => {
  const role = read(
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r, namespace: apps}, rules: [{apiGroups: [""], resources: [pods, secrets], verbs: [get]}]}`,
  );
  const escalate = requiredAccess([role], { scopeOf }).find(({ why }) => why === 'escalation');
  assert.equal(escalate?.verb, 'escalate');
  assert.deepEqual(escalate?.orElse, [
    { verb: 'get', group: '', resource: 'pods', namespace: 'apps' },
    { verb: 'get', group: '', resource: 'secrets', namespace: 'apps' },
  ]);
});

it('requiredAccess() asks for bind on the role that a binding names, with its rules where they are known', () => {
  const binding = read(
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b, namespace: apps}, roleRef: {kind: ClusterRole, name: view}}`,
  );
  const find = (needed: NeededAccess[]) => needed.find(({ why }) => why === 'escalation');
  const unknown = find(requiredAccess([binding], { scopeOf }));
  assert.equal(unknown?.verb, 'bind');
  assert.equal(unknown?.resource, 'clusterroles');
  assert.equal(unknown?.orElse, 'unknown');
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  const known = find(requiredAccess([binding], { scopeOf, rulesOf: () => rules }));
  assert.deepEqual(known?.orElse, [{ verb: 'get', group: '', resource: 'pods', namespace: 'apps' }]);
});

it('requiredAccess() wants everything of who writes an aggregating role', () => {
  const role = read(
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, aggregationRule: {clusterRoleSelectors: []}, rules: []}`,
  );
  const escalate = requiredAccess([role], { scopeOf }).find(({ why }) => why === 'escalation');
  assert.deepEqual(escalate?.orElse, [
    { verb: '*', group: '*', resource: '*' },
    { verb: '*', group: '', resource: '', path: '*' },
  ]);
});

it('listBoundRoles() names roles outside the set', () => {
  const bind = (kind: string, name: string) =>
    read(
      `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b-${name}, namespace: apps}, roleRef: {kind: ${kind}, name: ${name}}}`,
    );
  const own = read(`{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: own, namespace: apps}}`);
  assert.deepEqual(
    listBoundRoles([bind('ClusterRole', 'view'), bind('Role', 'own'), own]).map(({ kind, name }) => `${kind}/${name}`),
    ['ClusterRole/view'],
  );
});

it('requiredAccess() asks for delete of what will be pruned one day', () => {
  assert.equal(show(requiredAccess([CONFIG], { scopeOf, isPrunable: () => true })).at(-1), 'prune: delete configmaps apps/conf');
});

it('requiredAccess() wants bind itself for a binding to a role that is new, whatever it grants', () => {
  const role = read(
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader, namespace: apps}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}`,
  );
  const binding = read(
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: reader, namespace: apps}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}}`,
  );
  const bindOf = (isThere: boolean) =>
    requiredAccess([role, binding], { scopeOf, isThere: () => isThere }).find(({ verb }) => verb === 'bind');
  assert.equal(bindOf(false)?.orElse, undefined);
  assert.deepEqual(bindOf(true)?.orElse, [{ verb: 'get', group: '', resource: 'pods', namespace: 'apps' }]);
});
