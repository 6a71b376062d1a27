import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { parseYaml } from '../../src/lib/core/yaml/index.ts';
import { issueAccountToken, type KubeClient } from '../../src/lib/engine/kube/index.ts';
import { importKeys } from '../../src/lib/engine/sops/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, openCliWorld, readyOf } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';
import { findVault, startVault, type VaultServer } from '../support/vault-server.ts';

const program = findVault();
const skip = program === undefined ? 'OpenBao is not installed: put bao on the PATH, or its path into FLUX_TS_VAULT' : false;
const data = (name: string): Buffer => readFileSync(new URL(`../unit/lib/engine/sops/data/${name}`, import.meta.url));
const GATE = '--feature-gates=ObjectLevelWorkloadIdentity=true';

describe('drive() with keys of a real server of Vault', { skip }, () => {
  let sandbox: TestSandbox;
  let git: GitServer;
  let vault: VaultServer;
  let world: CliWorld;

  before(async () => {
    sandbox = await useSandbox();
    world = await openCliWorld(sandbox.kubeconfigPath, `vault-${process.pid}`);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
    vault = await startVault(program ?? '');
    await vault.ask('POST', 'sys/mounts/transit', { type: 'transit' });
    await vault.ask('POST', 'transit/keys/sops', {});
    git = await startGitServer();
    await git.create('fleet');
    await git.commitFiles('fleet', { 'deploy/secret.yaml': await encryptedByVault() }, 'Begin');
    await world.createSource('app', { url: git.urlOf('fleet') });
    await trustCluster();
  });

  after(async () => {
    await vault?.close();
    await git?.close();
    await world?.close();
    await sandbox?.close();
  });

  it('opens them with the token of the Secret', async () => {
    await createTokenSecret();
    await drive({ secretRef: { name: 'sops-keys' } }, []);
  });

  it('opens them in the name of a service account, where the gate is open and the server is listed', async () => {
    await drive({ serviceAccountName: 'decrypt' }, [GATE, '--sops-vault-configmap=vault']);
  });

  it('sops/no-data-key: opens nothing for an account that the server does not know, and nothing without the gate', async () => {
    const other = await refused({ serviceAccountName: 'default' }, [GATE, '--sops-vault-configmap=vault']);
    assert.match(
      other,
      /failed to authenticate with Vault '.*' at login path 'auth\/kubernetes\/login' as role '.*_default': it answered 400/,
    );
    assert.match(await refused({ serviceAccountName: 'decrypt' }, []), /the Secret has no entry sops\.vault-token/);
  });

  /** Drives a Kustomization of its own, and looks at what came of it. */
  async function drive(decryption: JsonObject, flags: readonly string[]): Promise<void> {
    await world.createKustomization('app', { decryption: { provider: 'sops', ...decryption } });
    const run = await world.run(['drive', '-n', world.namespace, ...flags]);
    assert.equal(run.code, 0, run.stderr + run.stdout);
    const secret = await world.kube.get({ apiVersion: 'v1', kind: 'Secret', namespace: world.namespace, name: 'login' });
    assert.equal(Buffer.from(readText(secret, 'data', 'user'), 'base64').toString(), 'admin');
    await remove();
  }

  async function refused(decryption: JsonObject, flags: readonly string[]): Promise<string> {
    await world.createKustomization('app', { decryption: { provider: 'sops', ...decryption } });
    const run = await world.run(['drive', '-n', world.namespace, '-o', 'json', ...flags]);
    assert.equal(run.code, 1, run.stdout);
    const live = await world.kustomization('app');
    assert.equal(readyOf(live), 'False BuildFailed');
    const [error] = (JSON.parse(run.stdout) as { kustomizations: { error: { code: string; message: string } }[] }).kustomizations;
    assert.equal(error?.error.code, 'sops/no-data-key');
    await remove();
    return error.error.message;
  }

  async function remove(): Promise<void> {
    const run = await world.run(['delete', 'kustomization', 'app', '-n', world.namespace, '--drive', '--silent']);
    assert.equal(run.code, 0, run.stderr);
  }

  async function createTokenSecret(): Promise<void> {
    await vault.ask('PUT', 'sys/policies/acl/sops', { policy: 'path "transit/decrypt/sops" { capabilities = ["update"] }' });
    const made = await vault.ask('POST', 'auth/token/create', { policies: ['sops'] });
    const token = Buffer.from(readText(made, 'auth', 'client_token')).toString('base64');
    const metadata = { name: 'sops-keys', namespace: world.namespace };
    await world.kube.create({ apiVersion: 'v1', kind: 'Secret', metadata, data: { 'sops.vault-token': token } });
  }

  /** Has the server take tokens of one account of this cluster, which it asks the API server about. */
  async function trustCluster(): Promise<void> {
    const { kube, namespace } = world;
    for (const name of ['decrypt', 'reviewer', 'default']) await createAccount(kube, namespace, name);
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
      subjects: [{ kind: 'ServiceAccount', name: 'reviewer', namespace }],
    });
    const [cluster] = readList(parseYaml(readFileSync(sandbox.kubeconfigPath, 'utf8')), 'clusters');
    const authority = readText(cluster ?? null, 'cluster', 'certificate-authority-data');
    await vault.ask('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
    await vault.ask('POST', 'auth/kubernetes/config', {
      kubernetes_host: kube.server,
      kubernetes_ca_cert: Buffer.from(authority, 'base64').toString(),
      token_reviewer_jwt: (await issueAccountToken(kube, { namespace, name: 'reviewer', audiences: [] })).token,
      disable_local_ca_jwt: true,
    });
    await vault.ask('PUT', 'sys/policies/acl/sops', { policy: 'path "transit/decrypt/sops" { capabilities = ["update"] }' });
    await vault.ask('POST', `auth/kubernetes/role/${namespace}_decrypt`, {
      bound_service_account_names: ['decrypt'],
      bound_service_account_namespaces: [namespace],
      audience: vault.address,
      token_policies: ['sops'],
    });
    const config = `instances: [{address: '${vault.address}', loginPath: auth/kubernetes/login}]`;
    await kube.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vault', namespace },
      data: { 'config.yaml': config },
    });
  }

  /** A file that the sops CLI encrypted, with its data key encrypted by the server rather than by age. */
  async function encryptedByVault(): Promise<string> {
    const text = data('secret.enc.yaml').toString();
    const [age] = readList(parseYaml(text), 'sops', 'age');
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys' },
      data: { 'age.agekey': data('keys/age.agekey').toString('base64') },
    };
    const opener = (await importKeys(secret, 'none', {})).find(({ type }) => type === 'age');
    const dataKey = await opener?.decrypt({
      type: 'age',
      name: '',
      encrypted: readText(age ?? null, 'enc'),
      fields: {},
      context: {},
    });
    const plaintext = Buffer.from(dataKey ?? []).toString('base64');
    const sealed = readText(await vault.ask('PUT', 'transit/encrypt/sops', { plaintext }), 'data', 'ciphertext');
    const entry = [
      'vault_address',
      vault.address,
      'engine_path',
      'transit',
      'key_name',
      'sops',
      'created_at',
      '2026-11-23T02:55:40Z',
    ];
    const lines = [0, 2, 4, 6].map((at) => `${at === 0 ? '        - ' : '          '}${entry[at]}: "${entry[at + 1]}"\n`);
    return text.replace(
      / {4}age:\n[\s\S]*?(?= {4}encrypted_regex)/,
      `    hc_vault:\n${lines.join('')}          enc: ${sealed}\n`,
    );
  }
});

async function createAccount(kube: KubeClient, namespace: string, name: string): Promise<void> {
  const place = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name };
  if ((await kube.get(place)) !== undefined) return;
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
}
