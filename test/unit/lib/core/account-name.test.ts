import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAccount, parseAccount } from '../../../../src/lib/core/account-name.ts';

test('formatAccount() and parseAccount() give back what the other was given', () => {
  const account = { namespace: 'apps', name: 'dev-team' };
  assert.equal(formatAccount(account), 'system:serviceaccount:apps:dev-team');
  assert.deepEqual(parseAccount(formatAccount(account)), account);
});

test('parseAccount() knows no account in other users', () => {
  for (const user of [
    undefined,
    '',
    'jane',
    'system:admin',
    'system:serviceaccount:apps',
    'x:system:serviceaccount:a:b',
    'a:b:c:d',
  ])
    assert.equal(parseAccount(user), undefined);
});
