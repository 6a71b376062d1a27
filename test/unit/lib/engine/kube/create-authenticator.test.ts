import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { createAuthenticator } from '../../../../../src/lib/engine/kube/create-authenticator.ts';
import type { Credentials, KubeConnection } from '../../../../../src/lib/engine/kube/kubeconfig-types.ts';

function authenticate(credentials: Credentials, readFile: (path: string) => Promise<string | undefined> = async () => undefined) {
  const connection: KubeConnection = {
    server: 'https://h',
    namespace: 'default',
    origin: 'kubeconfig',
    trust: { insecureSkipTlsVerify: false },
    credentials,
    disableCompression: false,
  };
  const time = { ms: 0 };
  const options = { readFile, env: {}, interactive: false, now: () => time.ms };
  return { authenticator: createAuthenticator(connection, options), time };
}

test('createAuthenticator() sends tokens, passwords and certificates', async () => {
  assert.deepEqual(await authenticate({ token: 't' }).authenticator.obtain(), { authorization: 'Bearer t' });
  assert.deepEqual(await authenticate({ username: 'u', password: 'p' }).authenticator.obtain(), {
    authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
  });
  const pair = { clientCertificate: 'C', clientKey: 'K' };
  assert.deepEqual(await authenticate(pair).authenticator.obtain(), pair);
  assert.deepEqual(await authenticate({}).authenticator.obtain(), {});
});

test('createAuthenticator() reads a token file anew after a minute, or when its token is refused', async () => {
  let reads = 0;
  const { authenticator, time } = authenticate({ tokenFile: '/t' }, async () => `token-${++reads}\n`);
  const first = await authenticator.obtain();
  assert.deepEqual(first, { authorization: 'Bearer token-1' });
  time.ms = 59_000;
  assert.equal(await authenticator.obtain(), first);
  time.ms = 61_000;
  const second = await authenticator.obtain();
  assert.deepEqual(second, { authorization: 'Bearer token-2' });
  assert.equal(authenticator.forget(second), true);
  assert.deepEqual(await authenticator.obtain(), { authorization: 'Bearer token-3' });
});

test('createAuthenticator() takes the token beside a token file that is missing', async () => {
  assert.deepEqual(await authenticate({ tokenFile: '/t', token: 'kept' }).authenticator.obtain(), {
    authorization: 'Bearer kept',
  });
});

test('createAuthenticator() knows that a fixed token stays the same', async () => {
  const { authenticator } = authenticate({ token: 't' });
  assert.equal(authenticator.forget(await authenticator.obtain()), false);
});

test('createAuthenticator() runs a plugin once for many requests, and again shortly before its credential expires', async () => {
  const status = '{token: String(process.pid), expirationTimestamp: "1970-01-01T01:00:00Z"}';
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [
      '-e',
      `console.log(JSON.stringify({kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status: ${status}}))`,
    ],
    env: {},
    provideClusterInfo: false,
    interactiveMode: 'Never',
  };
  const { authenticator, time } = authenticate({ exec });
  const [one, two] = await Promise.all([authenticator.obtain(), authenticator.obtain()]);
  assert.equal(one, two);
  time.ms = 3_595_000;
  assert.notDeepEqual(await authenticator.obtain(), one);
});

test('createAuthenticator() says which auth provider failed', async () => {
  const { authenticator } = authenticate({ authProvider: { name: 'no-such-provider', config: {} } });
  await assert.rejects(authenticator.obtain(), (error) => isFluxError(error, 'kube/auth-provider'));
});

test('createAuthenticator() has a token made anew before it expires, and when it is refused', async () => {
  let made = 0;
  const issueToken = () => Promise.resolve({ token: `made-${++made}`, expiresAtMs: 900_000 * made });
  const { authenticator, time } = authenticate({ issueToken, token: 'never' });
  const first = await authenticator.obtain();
  assert.deepEqual(first, { authorization: 'Bearer made-1' });
  time.ms = 839_999;
  assert.equal(await authenticator.obtain(), first);
  time.ms = 840_000;
  const second = await authenticator.obtain();
  assert.deepEqual(second, { authorization: 'Bearer made-2' });
  assert.equal(authenticator.forget(second), true);
  assert.deepEqual(await authenticator.obtain(), { authorization: 'Bearer made-3' });
});
