import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { authFromSecret } from '../../../../../src/lib/engine/git/auth-from-secret.ts';

const messageOf = (data: Record<string, string>, url: string): string => {
  try {
    authFromSecret(data, url);
    return '';
  } catch (error) {
    assert.ok(isFluxError(error, 'git/invalid-auth'));
    return error.message;
  }
};

test('authFromSecret() reads logins over HTTP', () => {
  const url = 'https://git.example.com/x';
  assert.deepEqual(authFromSecret({ username: 'u', password: new TextEncoder().encode('p') }, url), {
    kind: 'basic',
    username: 'u',
    password: 'p',
  });
  assert.deepEqual(authFromSecret({ username: 'u' }, url), { kind: 'basic', username: 'u', password: '' });
  assert.deepEqual(authFromSecret({ bearerToken: 't', username: 'u', password: 'p' }, url), { kind: 'bearer', token: 't' });
  assert.deepEqual(authFromSecret({}, url), { kind: 'none' });
  assert.deepEqual(authFromSecret({}, 'https://u:p@git.example.com/x'), { kind: 'basic', username: 'u', password: 'p' });
  assert.equal(messageOf({ password: 'p' }, url), "invalid 'https' auth option: 'password' requires 'username' to be set");
});

test('authFromSecret() reads certificates, ca.crt before caFile', () => {
  assert.deepEqual(authFromSecret({ 'ca.crt': 'A', caFile: 'B', 'tls.crt': 'C', 'tls.key': 'D' }, 'https://h/x'), {
    kind: 'none',
    caFile: 'A',
    clientCert: 'C',
    clientKey: 'D',
  });
  assert.deepEqual(authFromSecret({ caFile: 'B' }, 'https://h/x'), { kind: 'none', caFile: 'B' });
});

test('authFromSecret() wants a key and known hosts for SSH', () => {
  const url = 'ssh://git.example.com/x';
  assert.equal(messageOf({}, url), "invalid 'ssh' auth option: 'identity' is required");
  assert.equal(messageOf({ identity: 'k' }, url), "invalid 'ssh' auth option: 'known_hosts' is required");
  assert.deepEqual(authFromSecret({ identity: 'k', known_hosts: 'h', password: 'p' }, url), {
    kind: 'ssh',
    identity: 'k',
    knownHosts: 'h',
    username: 'git',
    passphrase: 'p',
  });
  const named = authFromSecret({ identity: 'k', known_hosts: 'h' }, 'ssh://me@git.example.com/x');
  assert.equal(named.kind === 'ssh' ? named.username : '', 'me');
});
