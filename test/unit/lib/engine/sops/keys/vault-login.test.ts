import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { K8sObject } from '../../../../../../src/lib/core/objects.ts';
import { createVaultLogin, readVaultConfig } from '../../../../../../src/lib/engine/sops/keys/vault-login.ts';
import type { HttpPort } from '../../../../../../src/lib/engine/sops/types.ts';
import { rejects } from '../sops-data.ts';

const ACCOUNT = { namespace: 'apps', name: 'decrypt' };
const ADDRESS = 'https://vault.test:8200';
const map = (data: Record<string, string>): K8sObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'flux-system', name: 'vault' },
  data,
});
const CONFIG = map({ 'config.yaml': `instances: [{address: '${ADDRESS}', loginPath: ns/auth/kubernetes/login}]` });

const loginWith = (config: K8sObject | undefined, request: HttpPort, audiences: string[] = []) =>
  createVaultLogin(
    ACCOUNT,
    {
      readConfig: () => Promise.resolve(config),
      issueToken(account, wanted) {
        audiences.push(`${account.name}: ${wanted.join(' ')}`);
        return Promise.resolve('account-token');
      },
    },
    request,
  );

test('createVaultLogin() exchanges a token for that server once', async () => {
  const asked: unknown[] = [];
  const audiences: string[] = [];
  const request: HttpPort = (url, { method, body }) => {
    asked.push([method, url, JSON.parse(body)]);
    return Promise.resolve({ status: 200, body: '{"auth": {"client_token": "hvs.x"}}' });
  };
  const logIn = loginWith(CONFIG, request, audiences);
  assert.deepEqual(await Promise.all([logIn(ADDRESS), logIn(ADDRESS)]), ['hvs.x', 'hvs.x']);
  assert.deepEqual(audiences, [`decrypt: ${ADDRESS}`]);
  const sent = { role: 'apps_decrypt', jwt: 'account-token' };
  assert.deepEqual(asked, [['PUT', `${ADDRESS}/v1/ns/auth/kubernetes/login`, sent]]);
});

test('createVaultLogin() asks no server that is not listed: sops/bad-vault-config', async () => {
  const unasked: HttpPort = () => Promise.reject(new Error('asked'));
  const audiences: string[] = [];
  const evil = loginWith(CONFIG, unasked, audiences)('https://evil.test');
  await rejects(evil, 'sops/bad-vault-config', /no Vault login path configured for address 'https:\/\/evil\.test'/);
  await rejects(loginWith(undefined, unasked, audiences)(ADDRESS), 'sops/bad-vault-config', /is not there$/);
  assert.deepEqual(audiences, []);
  assert.throws(() => readVaultConfig(map({})), /is missing the 'config\.yaml' key$/);
  assert.throws(() => readVaultConfig(map({ 'config.yaml': ': {' })), /^FluxError: failed to parse 'config\.yaml'/);
});

test('createVaultLogin() says who was refused, and tells no token: sops/vault-login', async () => {
  const answering = (status: number, body: string) => loginWith(CONFIG, () => Promise.resolve({ status, body }))(ADDRESS);
  await rejects(
    answering(403, '{}'),
    'sops/vault-login',
    /login path 'ns\/auth\/kubernetes\/login' as role 'apps_decrypt': it answered 403$/,
  );
  await rejects(answering(200, 'no JSON'), 'sops/vault-login', /it gave no token$/);
  const dead = loginWith(CONFIG, () => Promise.reject(new Error('ECONNREFUSED')))(ADDRESS);
  await rejects(dead, 'sops/vault-login', /it did not answer$/);
});
