import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rememberGrants } from '../../../../../src/lib/engine/rbac/remember-grants.ts';
import type { AccessRequest } from '../../../../../src/lib/engine/rbac/types.ts';

const GET: AccessRequest = { verb: 'get', group: '', resource: 'configmaps', namespace: 'apps' };

function counting(allowed: boolean) {
  const asked: string[] = [];
  const review = ({ verb }: AccessRequest): Promise<{ allowed: boolean; reason: string }> => {
    asked.push(verb);
    return Promise.resolve({ allowed, reason: '' });
  };
  return { asked, reviewer: { review } };
}

it('rememberGrants() asks once for what is granted, also where several ask at once, until that is too long ago', async () => {
  const { asked, reviewer } = counting(true);
  let now = 0;
  const remembering = rememberGrants(reviewer, () => now, 100);
  const both = await Promise.all([remembering.review(GET), remembering.review(GET)]);
  assert.deepEqual(
    both.map(({ allowed }) => allowed),
    [true, true],
  );
  now = 99;
  await remembering.review(GET);
  assert.equal(asked.length, 1);
  now = 100;
  await remembering.review(GET);
  assert.equal(asked.length, 2);
  await remembering.review({ ...GET, verb: 'patch' });
  assert.deepEqual(asked, ['get', 'get', 'patch']);
});

it('rememberGrants() asks again for what was refused or could not be asked', async () => {
  const { asked, reviewer } = counting(false);
  const remembering = rememberGrants(reviewer, () => 0, 100);
  await remembering.review(GET);
  await remembering.review(GET);
  assert.equal(asked.length, 2);
  let isBroken = true;
  const failing = rememberGrants(
    { review: () => (isBroken ? Promise.reject(new Error('away')) : Promise.resolve({ allowed: true, reason: '' })) },
    () => 0,
    100,
  );
  await assert.rejects(failing.review(GET), /away/);
  isBroken = false;
  assert.equal((await failing.review(GET)).allowed, true);
});
