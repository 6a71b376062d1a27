import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkGitCredentials, makeGitSecret, type GitSecretOptions } from '../../../../../src/lib/features/create/index.ts';

const NONE = { username: '', password: '', bearerToken: '' };
const HTTPS = 'https://example.com/x';

describe('checkGitCredentials()', () => {
  test('takes a user with password, or a token, over HTTPS', () => {
    assert.equal(checkGitCredentials(HTTPS, { ...NONE, username: 'a', password: 'b' }), 'https');
    assert.equal(checkGitCredentials(HTTPS, { ...NONE, bearerToken: 't' }), 'https');
  });

  test('asks for none over SSH', () => assert.equal(checkGitCredentials('ssh://git@x/y', NONE), 'ssh'));

  test('wants some over HTTPS: create/credentials-missing', () => {
    for (const some of [NONE, { ...NONE, username: 'a' }, { ...NONE, password: 'b' }])
      assert.throws(() => checkGitCredentials(HTTPS, some), { code: 'create/credentials-missing' });
  });

  test('wants one kind of them: create/credentials-collide', () => {
    assert.throws(
      () => checkGitCredentials(HTTPS, { username: 'a', password: 's3cret', bearerToken: 't' }),
      (error: Error) => {
        assert.equal((error as { code?: string }).code, 'create/credentials-collide');
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      },
    );
  });
});

describe('makeGitSecret()', () => {
  const base: GitSecretOptions = { name: 'auth', namespace: 'apps', labels: {}, ...NONE, caCertificate: '' };

  test('holds user and password', () => {
    assert.deepEqual(makeGitSecret({ ...base, username: 'a', password: 'b' }), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'auth', namespace: 'apps' },
      stringData: { username: 'a', password: 'b' },
    });
  });

  test('prefers a token, and adds the authority', () => {
    const secret = makeGitSecret({ ...base, username: 'a', password: 'b', bearerToken: 't', caCertificate: 'PEM' });
    assert.deepEqual(secret['stringData'], { bearerToken: 't', 'ca.crt': 'PEM' });
  });

  test('holds an SSH identity, with its passphrase where it has one', () => {
    const ssh = { privateKey: 'key', publicKey: 'pub', knownHosts: 'hosts', passphrase: '' };
    assert.deepEqual(makeGitSecret({ ...base, ssh })['stringData'], {
      identity: 'key',
      'identity.pub': 'pub',
      known_hosts: 'hosts',
    });
    assert.deepEqual(makeGitSecret({ ...base, ssh: { ...ssh, passphrase: 'p' } })['stringData'], {
      identity: 'key',
      'identity.pub': 'pub',
      known_hosts: 'hosts',
      password: 'p',
    });
  });
});
