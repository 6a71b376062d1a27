import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  checkReceiverSecret,
  makeGitHubAppSecret,
  makeHelmSecret,
  makeNotationSecret,
  makeOciSecret,
  makeProxySecret,
  makeReceiverSecret,
  makeReceiverToken,
} from '../../../../../src/lib/features/create/index.ts';
import { codeOf } from './thrown-code.ts';

const BASE = { name: 'auth', namespace: 'apps', labels: { team: 'a' } };
const NO_TLS = { certificate: '', key: '', authority: '' };

describe('makeHelmSecret()', () => {
  test('holds user and password with the authority, and the labels', () => {
    assert.deepEqual(makeHelmSecret(BASE, { ...NO_TLS, username: 'u', password: 'p', authority: 'CA' }), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'auth', namespace: 'apps', labels: { team: 'a' } },
      stringData: { username: 'u', password: 'p', 'ca.crt': 'CA' },
      type: 'kubernetes.io/basic-auth',
    });
  });

  test('holds an authority alone, or nothing', () => {
    const none = { ...NO_TLS, username: '', password: '' };
    assert.deepEqual(makeHelmSecret(BASE, { ...none, authority: 'CA' })['stringData'], { 'ca.crt': 'CA' });
    assert.equal(makeHelmSecret(BASE, none)['stringData'], undefined);
  });

  test('wants both of a login: create/flag-missing', () => {
    for (const half of [
      { username: 'u', password: '' },
      { username: '', password: 'p' },
    ])
      assert.equal(
        codeOf(() => makeHelmSecret(BASE, { ...NO_TLS, ...half })),
        'create/flag-missing',
      );
  });
});

describe('makeOciSecret()', () => {
  test("writes Docker's configuration as Go does", () => {
    const { stringData } = makeOciSecret(BASE, { url: 'ghcr.io', username: 'a<b', password: 'p&\u2028' });
    const text = (stringData as Record<string, string>)['.dockerconfigjson'] ?? '';
    assert.match(text, /"username": "a\\u003cb"/);
    assert.match(text, /"password": "p\\u0026\\u2028"/);
    const { auths } = JSON.parse(text) as { auths: Record<string, { auth: string }> };
    assert.equal(Buffer.from(auths['ghcr.io']?.auth ?? '', 'base64').toString(), 'a<b:p&\u2028');
  });

  test('takes registries, repositories, tags and digests, and nothing else: create/bad-image', () => {
    const login = { username: 'u', password: 'p' };
    const digest = `sha256:${'a'.repeat(64)}`;
    for (const url of ['ghcr.io', 'localhost:5000', 'ghcr.io/a/b:v1', `ghcr.io/a/b@${digest}`, `ghcr.io/a/b:v1@${digest}`])
      assert.doesNotThrow(() => makeOciSecret(BASE, { url, ...login }), url);
    for (const url of ['ghcr.io/A/b', 'ghcr.io/a/b:', 'a b', 'ghcr.io/a@sha256:1', `ghcr.io/a/b:v:x@${digest}`])
      assert.equal(
        codeOf(() => makeOciSecret(BASE, { url, ...login })),
        'create/bad-image',
        url,
      );
  });

  test('wants all three: create/flag-missing', () => {
    assert.equal(
      codeOf(() => makeOciSecret(BASE, { url: 'x', username: 'u', password: '' })),
      'create/flag-missing',
    );
  });
});

describe('makeProxySecret()', () => {
  test('leaves out what there is not', () => {
    const secret = makeProxySecret(BASE, { address: 'http://x:1', username: 'u', password: '' });
    assert.deepEqual(secret['stringData'], { address: 'http://x:1', username: 'u' });
  });

  test('wants an address that is a URL: create/flag-missing, create/bad-url', () => {
    assert.equal(
      codeOf(() => makeProxySecret(BASE, { address: '', username: '', password: '' })),
      'create/flag-missing',
    );
    assert.equal(
      codeOf(() => makeProxySecret(BASE, { address: 'http://x:y', username: '', password: '' })),
      'create/bad-url',
    );
  });
});

describe('makeReceiverSecret()', () => {
  const github = { type: 'github', hostname: 'flux.example.com', token: 't', emailClaim: '', audienceClaim: '' };

  test('has the URL that the Receiver of that name will have', () => {
    const digest = createHash('sha256').update('tauthapps').digest('hex');
    const secret = makeReceiverSecret(BASE, github);
    assert.deepEqual(secret.metadata.annotations, {
      'notification.toolkit.fluxcd.io/webhook': `https://flux.example.com/hook/${digest}`,
    });
    assert.deepEqual(secret['stringData'], { token: 't' });
  });

  test('has claims with gcr, where the audience is the URL unless another is given', () => {
    const gcr = makeReceiverSecret(BASE, { ...github, type: 'gcr', emailClaim: 'e' });
    const url = Object.values(gcr.metadata.annotations ?? {})[0];
    assert.deepEqual(gcr['stringData'], { token: 't', email: 'e', audience: url });
  });

  test('wants a type, a host, and with gcr an account: create/flag-missing', () => {
    for (const wrong of [{ type: '' }, { hostname: '' }, { type: 'gcr' }])
      assert.equal(
        codeOf(() => checkReceiverSecret({ ...github, ...wrong })),
        'create/flag-missing',
      );
  });

  test('makes tokens of 256 bits that differ', () => {
    assert.match(makeReceiverToken(), /^[0-9a-f]{64}$/);
    assert.notEqual(makeReceiverToken(), makeReceiverToken());
  });
});

describe('makeGitHubAppSecret()', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const app = { appId: '1', appInstallationId: '2', appInstallationOwner: '', appBaseUrl: '', privateKey: pem };

  test('holds the app, its installation and its key', () => {
    const secret = makeGitHubAppSecret(BASE, { ...app, appBaseUrl: 'https://github.example.com/api/v3' });
    assert.deepEqual(secret['stringData'], {
      githubAppID: '1',
      githubAppInstallationID: '2',
      githubAppPrivateKey: pem,
      githubAppBaseURL: 'https://github.example.com/api/v3',
    });
    assert.deepEqual(secret.metadata.labels, { team: 'a' });
  });

  const failures: readonly (readonly [object, string])[] = [
    [{ appId: '' }, 'create/flag-missing'],
    [{ privateKey: '' }, 'create/flag-missing'],
    [{ appInstallationId: '' }, 'create/flags-collide'],
    [{ appInstallationOwner: 'me' }, 'create/flags-collide'],
    [{ appId: 'abc' }, 'create/bad-value'],
    [{ appInstallationId: '0' }, 'create/bad-value'],
    [{ appBaseUrl: 'github.example.com' }, 'create/bad-value'],
    [{ privateKey: 'not a pem' }, 'create/bad-private-key'],
  ];
  for (const [wrong, code] of failures)
    test(`refuses ${JSON.stringify(wrong)}: ${code}`, () =>
      assert.equal(
        codeOf(() => makeGitHubAppSecret(BASE, { ...app, ...wrong })),
        code,
      ));

  test('says nothing of the text of a broken key', () => {
    const broken = pem.replace('BEGIN RSA', 'BEGIN DSA');
    assert.throws(
      () => makeGitHubAppSecret(BASE, { ...app, privateKey: broken }),
      (error: Error) => !error.message.includes('MII'),
    );
  });
});

describe('makeNotationSecret()', () => {
  const policy = JSON.stringify({
    version: '1.0',
    trustPolicies: [
      {
        name: 'all',
        registryScopes: ['*'],
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:x'],
        trustedIdentities: ['*'],
      },
    ],
  });
  const files: Readonly<Record<string, string>> = { 'p.json': policy, 'a/ca.crt': 'A', 'b/ca.crt': 'B' };
  const read = (path: string): Promise<string> =>
    path in files ? Promise.resolve(files[path] ?? '') : Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' }));

  test('holds the policy, and each certificate under the name of its file', async () => {
    const secret = await makeNotationSecret(BASE, { trustPolicyFile: 'p.json', caCertFile: ['a/ca.crt'] }, read);
    assert.deepEqual(secret['stringData'], { 'trustpolicy.json': policy, 'ca.crt': 'A' });
  });

  test('tells all that is wrong with the certificates: create/bad-certificate-file', async () => {
    await assert.rejects(
      makeNotationSecret(BASE, { trustPolicyFile: 'p.json', caCertFile: ['ca.txt', 'no.pem', 'a/ca.crt', 'b/ca.crt'] }, read),
      {
        code: 'create/bad-certificate-file',
        message:
          'ca.txt must end with either .crt or .pem\nunable to read TLS CA file: open no.pem: no such file or directory\ntwo files are named ca.crt: rename one, the name is its key',
      },
    );
  });

  test('wants a policy that can be read: create/flag-missing, create/unreadable-file', async () => {
    const make = (trustPolicyFile: string, caCertFile: string[]) =>
      makeNotationSecret(BASE, { trustPolicyFile, caCertFile }, read);
    await assert.rejects(make('p.json', []), { code: 'create/flag-missing' });
    await assert.rejects(make('', ['a/ca.crt']), { code: 'create/flag-missing' });
    await assert.rejects(make('nope', ['a/ca.crt']), { code: 'create/unreadable-file' });
  });
});
