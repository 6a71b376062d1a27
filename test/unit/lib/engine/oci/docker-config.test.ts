import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findLogin,
  findLoginIn,
  type KeychainPorts,
  parseCreds,
  parseReference,
  type RegistryLogin,
} from '../../../../../src/lib/engine/oci/index.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const GHCR = parseReference('oci://ghcr.io/org/app');
const HUB = parseReference('oci://docker.io/org/app');

function world(files: Record<string, unknown>, more: Partial<KeychainPorts> = {}): KeychainPorts {
  return {
    readFile: (path) =>
      Promise.resolve(
        files[path] === undefined ? undefined : typeof files[path] === 'string' ? files[path] : JSON.stringify(files[path]),
      ),
    run: () => Promise.reject(new Error('nothing is to be run')),
    env: {},
    homeDir: '/home/me',
    ...more,
  };
}
const CONFIG = '/home/me/.docker/config.json';
const basic = (username: string, password: string): RegistryLogin => ({ kind: 'basic', username, password });

test('findLogin() reads the forms that logins have', async () => {
  const forms: readonly (readonly [object, RegistryLogin | undefined])[] = [
    [{ auth: base64('me:pa:ss') }, basic('me', 'pa:ss')],
    [{ auth: base64('me:pass\0\0') }, basic('me', 'pass')],
    [{ username: 'me', password: 'pass' }, basic('me', 'pass')],
    [
      { auth: base64('me:'), identitytoken: 'refresh' },
      { kind: 'refresh', username: 'me', token: 'refresh' },
    ],
    [{ registrytoken: 'bearer' }, { kind: 'bearer', token: 'bearer' }],
    [{}, undefined],
  ];
  for (const [entry, login] of forms) {
    assert.deepEqual(await findLogin(GHCR, world({ [CONFIG]: { auths: { 'ghcr.io': entry } } })), login);
  }
});

test('findLogin() takes the narrowest key, and URLs for hosts', async () => {
  const auths = { 'ghcr.io': { auth: base64('wide:1') }, 'ghcr.io/org/app': { auth: base64('narrow:1') } };
  assert.deepEqual(await findLogin(GHCR, world({ [CONFIG]: { auths } })), basic('narrow', '1'));
  const old = { 'https://ghcr.io/v2/': { auth: base64('old:1') } };
  assert.deepEqual(await findLogin(GHCR, world({ [CONFIG]: { auths: old } })), basic('old', '1'));
  const hub = { 'https://index.docker.io/v1/': { auth: base64('hub:1') } };
  assert.deepEqual(await findLogin(HUB, world({ [CONFIG]: { auths: hub } })), basic('hub', '1'));
  assert.equal(await findLogin(GHCR, world({ [CONFIG]: { auths: { 'ghcr.io.evil.com': { auth: base64('x:1') } } } })), undefined);
});

test('findLogin() looks where Docker and podman keep their files, in order', async () => {
  const entry = (name: string) => ({ auths: { 'ghcr.io': { auth: base64(`${name}:1`) } } });
  const files = {
    '/cfg/config.json': entry('docker'),
    '/auth.json': entry('file'),
    '/run/me/containers/auth.json': entry('podman'),
  };
  const env = { DOCKER_CONFIG: '/cfg', REGISTRY_AUTH_FILE: '/auth.json', XDG_RUNTIME_DIR: '/run/me' };
  assert.deepEqual(await findLogin(GHCR, world(files, { env })), basic('docker', '1'));
  assert.deepEqual(await findLogin(GHCR, world({ ...files, '/cfg/config.json': {} }, { env })), basic('file', '1'));
  assert.deepEqual(await findLogin(GHCR, world(files, { env: { XDG_RUNTIME_DIR: '/run/me' } })), basic('podman', '1'));
  assert.equal(await findLogin(GHCR, world({})), undefined);
});

test('findLogin() asks helpers: the one of the host, else the store of all', async () => {
  const ran: string[] = [];
  const run: KeychainPorts['run'] = (program, args, input) => {
    ran.push(`${program} ${args.join(' ')} < ${input}`);
    return Promise.resolve({ code: 0, stdout: '{"ServerURL":"x","Username":"<token>","Secret":"refresh"}' });
  };
  const config = { credHelpers: { 'ghcr.io': 'gh' }, credsStore: 'desktop' };
  assert.deepEqual(await findLogin(GHCR, world({ [CONFIG]: config }, { run })), {
    kind: 'refresh',
    username: '',
    token: 'refresh',
  });
  await findLogin(HUB, world({ [CONFIG]: config }, { run }));
  assert.deepEqual(ran, ['docker-credential-gh get < ghcr.io', 'docker-credential-desktop get < https://index.docker.io/v1/']);
  const unknown: KeychainPorts['run'] = () => Promise.resolve({ code: 1, stdout: 'credentials not found in native keychain' });
  assert.equal(await findLogin(GHCR, world({ [CONFIG]: config }, { run: unknown })), undefined);
});

test('findLogin() tells of helpers and files that are broken, without their words', async () => {
  const answers: readonly KeychainPorts['run'][] = [
    () => Promise.reject(new Error('ENOENT')),
    () => Promise.resolve({ code: 3, stdout: 'locked' }),
    () => Promise.resolve({ code: 0, stdout: 's3cret' }),
    () => Promise.resolve({ code: 0, stdout: '{}' }),
  ];
  for (const run of answers) {
    await assert.rejects(
      findLogin(GHCR, world({ [CONFIG]: { credsStore: 'x' } }, { run })),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'oci/helper-failed');
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      },
    );
  }
  await assert.rejects(findLogin(GHCR, world({ [CONFIG]: { credsStore: '../x' } })), { code: 'oci/helper-failed' });
  for (const text of ['{', '[]', '"x"'])
    await assert.rejects(findLogin(GHCR, world({ [CONFIG]: text })), { code: 'oci/bad-config' });
});

test('findLoginIn() reads the data of a pull secret', () => {
  assert.deepEqual(findLoginIn(JSON.stringify({ auths: { 'ghcr.io': { auth: base64('me:1') } } }), GHCR), basic('me', '1'));
});

test('parseCreds() takes a pair or a token', () => {
  assert.deepEqual(parseCreds('me:pa:ss'), basic('me', 'pa:ss'));
  assert.deepEqual(parseCreds('token'), { kind: 'bearer', token: 'token' });
});
