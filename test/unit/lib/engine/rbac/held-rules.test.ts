import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkAccess } from '../../../../../src/lib/engine/rbac/check-access.ts';
import { readHeldRules } from '../../../../../src/lib/engine/rbac/held-rules.ts';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { NeededAccess } from '../../../../../src/lib/engine/rbac/types.ts';

const answering = (status: JsonObject) => ({ request: () => Promise.resolve({ status }) });

it('readHeldRules() decides as the RBAC authorizer does', async () => {
  const resourceRules = [
    { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a', 'b'] },
    { verbs: ['*'], apiGroups: ['apps'], resources: ['*/scale', 'deployments'] },
  ];
  const rules = await readHeldRules(answering({ incomplete: false, resourceRules }), 'apps');
  const allows = (verb: string, group: string, resource: string, name?: string) =>
    rules?.allows({ verb, group, resource, namespace: 'apps', ...(name === undefined ? {} : { name }) });
  assert.equal(allows('get', '', 'configmaps', 'a'), true);
  assert.equal(allows('get', '', 'configmaps', 'c'), false);
  assert.equal(allows('get', '', 'configmaps'), false);
  assert.equal(allows('patch', 'apps', 'deployments', 'web'), true);
  assert.equal(allows('patch', 'apps', 'deployments/scale', 'web'), true);
  assert.equal(allows('patch', 'apps', 'deployments/status', 'web'), false);
});

it('readHeldRules() gives nothing where the server says that its list is not the whole truth', async () => {
  assert.equal(await readHeldRules(answering({ incomplete: true, resourceRules: [] }), 'apps'), undefined);
  assert.equal(await readHeldRules(answering({}), 'apps'), undefined);
});

it('checkAccess() asks for one list instead of many names, and one by one where there is none', async () => {
  const needed = Array.from(
    { length: 40 },
    (_, index): NeededAccess => ({
      verb: 'get',
      group: '',
      resource: 'configmaps',
      namespace: 'apps',
      name: `c-${index}`,
      why: 'apply',
      subject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: `c-${index}` },
    }),
  );
  const review = ({ name }: { name?: string }) => Promise.resolve({ allowed: name !== undefined && name !== 'c-7', reason: '' });
  const listRules = () => Promise.resolve({ allows: ({ name }: { name?: string }) => name !== 'c-7' });
  const listed = await checkAccess(needed, { review, listRules });
  assert.deepEqual([listed.asked, listed.denied.map(({ request }) => request.name)], [2, ['c-7']]);
  const single = await checkAccess(needed, { review, listRules: () => Promise.resolve(undefined) });
  assert.deepEqual([single.asked, single.denied.length], [42, 1]);
});
