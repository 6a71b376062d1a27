import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { checkTrustPolicy } from '../../../../../src/lib/features/create/check-trust-policy.ts';

const STATEMENT: JsonObject = {
  name: 'all',
  registryScopes: ['*'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:acme'],
  trustedIdentities: ['x509.subject: C=US, ST=WA, O=acme'],
};
const check = (...statements: JsonObject[]): void =>
  checkTrustPolicy(JSON.stringify({ version: '1.0', trustPolicies: statements }), 'policy.json');

describe('checkTrustPolicy()', () => {
  test('takes what Notation takes', () => {
    check(STATEMENT);
    check({ ...STATEMENT, registryScopes: ['example.com:5000/team/app', 'local/layout'] });
    check({ ...STATEMENT, trustedIdentities: ['*'], trustStores: ['signingAuthority:a.b-c', 'tsa:t'] });
    check({
      ...STATEMENT,
      trustedIdentities: ['x509.subject: C=US, S=WA, O=a', 'x509.subject: C=US, S=WA, O=a\\, b', 'spiffe:x'],
    });
    check({ name: 'none', registryScopes: ['*'], signatureVerification: { level: 'skip' } });
    const override = { expiry: 'log', revocation: 'skip' };
    check({ ...STATEMENT, signatureVerification: { level: 'audit', override, verifyTimestamp: 'always' } });
  });

  const failures: readonly (readonly [JsonObject, RegExp])[] = [
    [{ name: '' }, /has no name/],
    [{ signatureVerification: {} }, /the level of signatureVerification is ""/],
    [{ signatureVerification: { level: 'skip' } }, /neither trust stores nor identities/],
    [{ signatureVerification: { level: 'skip', override: { expiry: 'log' } } }, /cannot be overridden/],
    [{ signatureVerification: { level: 'audit', override: { age: 'log' } } }, /override of "age"/],
    [{ signatureVerification: { level: 'audit', override: { expiry: 'x' } } }, /override with "x"/],
    [{ signatureVerification: { level: 'audit', override: { integrity: 'log' } } }, /integrity cannot be overridden/],
    [{ signatureVerification: { level: 'audit', override: { expiry: 'skip' } } }, /expiry cannot be skipped/],
    [{ signatureVerification: { level: 'audit', verifyTimestamp: 'never' } }, /verifyTimestamp is "never"/],
    [{ trustStores: [] }, /needs both/],
    [{ trustStores: ['acme'] }, /must be TYPE:NAME/],
    [{ trustStores: ['ca:a b'] }, /must have a name/],
    [{ trustedIdentities: ['*', 'a:b'] }, /identity "\*" stands alone/],
    [{ trustedIdentities: ['acme'] }, /must be TYPE:VALUE/],
    [{ trustedIdentities: ['x509.subject: C=US'] }, /has no ST/],
    [{ trustedIdentities: ['x509.subject: C=US, C=DE'] }, /has C twice/],
    [{ trustedIdentities: ['x509.subject: C=US+ST=WA'] }, /joined by "\+"/],
    [{ trustedIdentities: ['x509.subject: CN=#0'] }, /hexadecimal/],
    [{ trustedIdentities: ['x509.subject: acme'] }, /no distinguished name/],
    [{ trustedIdentities: ['x509.subject: C=US, ST=WA, O=a', 'x509.subject: C=US, ST=WA, O=a, OU=b'] }, /stands for all that/],
    [{ registryScopes: [] }, /has no registryScopes/],
    [{ registryScopes: ['*', 'a.com/b'] }, /scope "\*" stands alone/],
    [{ registryScopes: ['https://a.com/b'] }, /must be a repository/],
    [{ registryScopes: ['a.com/b', 'a.com/b'] }, /is there twice/],
  ];
  for (const [wrong, message] of failures)
    test(`refuses ${JSON.stringify(wrong)}: create/bad-trust-policy`, () =>
      assert.throws(() => check({ ...STATEMENT, ...wrong }), { code: 'create/bad-trust-policy', message }));

  test('refuses two statements of one name, no statement, and what is no policy', () => {
    assert.throws(() => check(STATEMENT, { ...STATEMENT, registryScopes: ['a.com/b'] }), /two statements are named "all"/);
    assert.throws(() => check(), /no statement/);
    for (const text of ['{}', '[]', 'null']) assert.throws(() => checkTrustPolicy(text, 'p'), /it has no version/);
  });
});
