import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { redact } from '../../../../src/lib/core/redact.ts';

describe('redact() takes out', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['user and password of a URL', 'clone https://me:pw@host/x failed', 'clone https://***@host/x failed'],
    ['a password with an at sign', 'https://me:p@w@host/x', 'https://***@host/x'],
    ['a token that stands alone in a URL', 'https://s3cret@host/x', 'https://***@host/x'],
    ['a password of another scheme', 'ssh://git:pw@host/x', 'ssh://***@host/x'],
    ['an Authorization header', 'Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic ***'],
    ['an Authorization header of no known scheme', 'authorization: abcdefgh12', 'authorization: ***'],
    ['an Authorization header in JSON', '{"Authorization":"Bearer abcdefgh12"}', '{"Authorization":"Bearer ***"}'],
    ['a bearer token', 'sent Bearer abcdefghij to it', 'sent Bearer *** to it'],
    ['a JSON Web Token', 'got eyJhbGciOiJSUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl back', 'got *** back'],
    ['a token of a Git host', 'ghp_abcdefghij1234567890', '***'],
    [
      'a token of an installation of the new form',
      'got ghs_1234567_eyJhbGciOiJSUzI1.eyJzdWIiOi.c2lnbmF0dXJl back',
      'got *** back',
    ],
    ['a token of a job', 'glcbt-64_abcdefghij', '***'],
    ['an age key', 'AGE-SECRET-KEY-1ABCDEFGHIJ', '***'],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY----- x',
      '-----BEGIN RSA PRIVATE KEY----- *** x',
    ],
    ['a private key that is cut off', '-----BEGIN PRIVATE KEY-----\nMIIabc', '-----BEGIN PRIVATE KEY----- ***'],
  ];
  for (const [what, text, expected] of cases) test(what, () => assert.equal(redact(text), expected));
});

describe('redact() leaves alone', () => {
  for (const text of [
    'applied revision main@sha1:0123456789abcdef0123456789abcdef01234567',
    'ssh://git@host/x',
    'https://host:8443/x@y',
    'rbac.authorization.k8s.io/v1 RoleBinding',
    'basic authentication failed',
    'bearer authentication is required',
    'authorization failed for user jane',
    'the basics',
  ])
    test(text, () => assert.equal(redact(text), text));

  test('what it has redacted before', () => {
    const once = redact('https://me:pw@host/x, Authorization: Bearer abcdefghij');
    assert.equal(redact(once), once);
  });
});
