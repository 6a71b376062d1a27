import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkAccess } from '../../../../../src/lib/engine/rbac/check-access.ts';
import { denialError, joinDenials } from '../../../../../src/lib/engine/rbac/denial-error.ts';
import type { AccessRequest, NeededAccess } from '../../../../../src/lib/engine/rbac/types.ts';

const need = (verb: string, name: string, more: Partial<NeededAccess> = {}): NeededAccess => ({
  verb,
  group: '',
  resource: 'configmaps',
  namespace: 'apps',
  name,
  why: 'apply',
  subject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name },
  ...more,
});

/** Grants what the rule says, and counts the questions. */
function reviewer(isAllowed: (request: AccessRequest) => boolean) {
  const asked: AccessRequest[] = [];
  return {
    asked,
    review: (request: AccessRequest) => {
      asked.push(request);
      return Promise.resolve({ allowed: isAllowed(request), reason: '' });
    },
  };
}

it('checkAccess() asks for a kind once, however many objects it has', async () => {
  const everything = reviewer(() => true);
  const report = await checkAccess([need('get', 'a'), need('get', 'b'), need('get', 'c')], everything);
  assert.deepEqual([report.needed, report.asked, report.denied.length], [3, 1, 0]);
});

it('checkAccess() asks by name where the kind is refused, and reports all denials in order', async () => {
  const named = reviewer(({ name }) => name === 'b');
  const { denied } = await checkAccess([need('get', 'a'), need('get', 'b'), need('patch', 'c')], named);
  assert.deepEqual(
    denied.map(({ request }) => `${request.verb} ${request.name}`),
    ['get a', 'patch c'],
  );
});

it('checkAccess() accepts what would do instead, if all of it is granted', async () => {
  const instead = [
    { verb: 'get', group: '', resource: 'pods' },
    { verb: 'list', group: '', resource: 'pods' },
  ];
  const escalate = need('escalate', 'r', { orElse: instead });
  const holds = await checkAccess(
    [escalate],
    reviewer(({ resource }) => resource === 'pods'),
  );
  assert.equal(holds.denied.length, 0);
  const lacks = await checkAccess(
    [escalate],
    reviewer(({ verb }) => verb === 'get'),
  );
  assert.equal(lacks.denied.length, 1);
});

it('checkAccess() does not report what depends on rules that nobody could read', async () => {
  const report = await checkAccess(
    [need('bind', 'view', { orElse: 'unknown' })],
    reviewer(() => false),
  );
  assert.equal(report.denied.length, 0);
});

it('denialError() is rbac/denied and names everything', async () => {
  const report = await checkAccess(
    [need('get', 'a'), need('patch', 'a')],
    reviewer(() => false),
  );
  const error = denialError(report, { user: 'dev-team', objects: 4, hint: 'ask for it' });
  assert.equal(error.code, 'rbac/denied');
  assert.equal(
    error.message,
    'refused before anything was written: 1 of 4 objects need rights that dev-team lacks: get, patch configmaps in apps (ConfigMap/apps/a)',
  );
  assert.deepEqual(joinDenials(report.denied), ['get, patch configmaps in apps (ConfigMap/apps/a)']);
});
