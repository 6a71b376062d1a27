import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRoleFile } from '../../../../../src/lib/features/tenant/index.ts';

const HEAD = 'apiVersion: rbac.authorization.k8s.io/v1\n';
const RULE = 'rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, patch]}]\n';

describe('readRoleFile()', () => {
  test('makes a Role without a namespace of a ClusterRole, and passes over its binding', async () => {
    const { role, warnings } = await readRoleFile(
      'role.yaml',
      `${HEAD}kind: ClusterRole\nmetadata: {name: team, labels: {a: b}}\n${RULE}---\n${HEAD}kind: ClusterRoleBinding\nmetadata: {name: team}\n`,
    );
    assert.deepEqual(role, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'team', labels: { a: 'b' } },
      rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }],
    });
    assert.deepEqual(warnings, [
      "ClusterRoleBinding team of role.yaml is passed over: the role is bound to the tenant's account",
    ]);
  });

  test('leaves out rules for paths, and says so', async () => {
    const rules = 'rules: [{nonResourceURLs: [/metrics], verbs: [get]}, {apiGroups: [""], resources: [pods], verbs: [get]}]\n';
    const { role, warnings } = await readRoleFile('r.yaml', `${HEAD}kind: ClusterRole\nmetadata: {name: team}\n${rules}`);
    assert.equal((role['rules'] as unknown[]).length, 1);
    assert.match(warnings.join(), /rules for paths of ClusterRole team are left out/);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['no role', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'],
    ['nothing', ''],
    ['two roles', `${HEAD}kind: Role\nmetadata: {name: a}\n${RULE}---\n${HEAD}kind: Role\nmetadata: {name: b}\n${RULE}`],
    ['a role that aggregates', `${HEAD}kind: ClusterRole\nmetadata: {name: a}\naggregationRule: {}\n${RULE}`],
    ['a role without rules', `${HEAD}kind: Role\nmetadata: {name: a}\n`],
  ];
  for (const [what, text] of refused)
    test(`refuses ${what}: tenant/bad-role`, () => assert.rejects(readRoleFile('r.yaml', text), { code: 'tenant/bad-role' }));
});
