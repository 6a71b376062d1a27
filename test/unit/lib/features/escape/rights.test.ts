import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PolicyRule } from '../../../../../src/lib/engine/rbac/index.ts';
import { access, exceedingRights, formatRule, harmfulRights } from '../../../../../src/lib/features/escape/rights.ts';

const rule = (group: string, resource: string, verb: string, ...resourceNames: string[]): PolicyRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});

describe('harmfulRights()', () => {
  test('are writes, and reading Secrets', () => {
    const rules = [
      rule('', 'pods', 'get'),
      rule('', 'secrets', 'list'),
      rule('apps', 'deployments', 'patch'),
      rule('*', '*', '*'),
    ];
    assert.deepEqual(harmfulRights(rules).map(formatRule), [
      'list secrets',
      'patch deployments',
      'do everything with everything',
    ]);
  });
});

describe('exceedingRights()', () => {
  const cases: readonly (readonly [string, PolicyRule, PolicyRule, boolean])[] = [
    ['the same', rule('', 'pods', 'get'), rule('', 'pods', 'get'), false],
    ['less than everything', rule('', 'pods', 'get'), rule('*', '*', '*'), false],
    ['another verb', rule('', 'pods', 'delete'), rule('', 'pods', 'get'), true],
    ['another group', rule('apps', 'pods', 'get'), rule('', 'pods', 'get'), true],
    ['everything', rule('*', '*', '*'), rule('', 'pods', 'get'), true],
    ['any name, where one is held', rule('', 'pods', 'get'), rule('', 'pods', 'get', 'a'), true],
    ['one name, where any is held', rule('', 'pods', 'get', 'a'), rule('', 'pods', 'get'), false],
    ['another name', rule('', 'pods', 'get', 'b'), rule('', 'pods', 'get', 'a'), true],
  ];
  for (const [what, wanted, held, exceeds] of cases)
    test(`${what} ${exceeds ? 'exceeds' : 'does not exceed'}`, () =>
      assert.equal(exceedingRights([wanted], [held]).length > 0, exceeds));
});

test('access() reads plural and group', () =>
  assert.deepEqual(access('create', 'roles.rbac.authorization.k8s.io', 'apps'), {
    verb: 'create',
    group: 'rbac.authorization.k8s.io',
    resource: 'roles',
    namespace: 'apps',
  }));
