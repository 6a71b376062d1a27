import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonValue } from '../../../../../src/lib/core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import type { IssuedToken, KubeClient, RawRequest } from '../../../../../src/lib/engine/kube/index.ts';
import { openRemote } from '../../../../../src/lib/features/reconcile/open-remote.ts';
import type { CloudPort, RemotePort } from '../../../../../src/lib/features/reconcile/ports.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const having = (kubeConfig: string) =>
  readKustomization(
    parseYaml(
      `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: app, namespace: apps}, spec: {interval: 5m, sourceRef: {kind: GitRepository, name: team}, kubeConfig: ${kubeConfig}}}`,
    ) as K8sObject,
  );
const secret = (data: Readonly<Record<string, string>>): K8sObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'remote', namespace: 'apps' },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
});
const map = (data: Readonly<Record<string, string>>): K8sObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'remote', namespace: 'apps' },
  data,
});

/** Opens with these objects in the cluster; tells what was handed to the port, or the error. */
async function open(kubeConfig: string, objects: readonly K8sObject[], requests: RawRequest[] = []): Promise<string> {
  const kube = {
    get: (ref: ObjectRef) =>
      Promise.resolve(
        objects.find(({ kind, metadata }) => formatSubject({ ...ref, kind, ...metadata } as ObjectRef) === formatSubject(ref)),
      ),
    request: (request: RawRequest): Promise<JsonValue> => {
      requests.push(request);
      return Promise.resolve({ status: { token: 'minted' } });
    },
  } as unknown as KubeClient;
  let given = '';
  const remote = {
    connect: (text: string, name: string) => {
      given = `${name}: ${text}`;
      return Promise.resolve(kube);
    },
  };
  try {
    await openRemote(having(kubeConfig), { identity: 'own', kube }, { remote });
  } catch (error) {
    return isFluxError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return given;
}

it('openRemote() takes the key of the spec, else value, else value.yaml', async () => {
  const all = secret({ mine: 'a', value: 'b', 'value.yaml': 'c' });
  assert.equal(await open('{secretRef: {name: remote, key: mine}}', [all]), 'Secret apps/remote: a');
  assert.equal(await open('{secretRef: {name: remote}}', [all]), 'Secret apps/remote: b');
  assert.equal(await open('{secretRef: {name: remote}}', [secret({ 'value.yaml': 'c' })]), 'Secret apps/remote: c');
});

it('openRemote() says what is missing in upstream words: reconcile/kubeconfig-not-found', async () => {
  assert.equal(
    await open('{secretRef: {name: remote}}', []),
    `reconcile/kubeconfig-not-found: unable to read KubeConfig secret 'apps/remote' error: Secret "remote" not found`,
  );
  assert.equal(
    await open('{secretRef: {name: remote}}', [secret({ other: 'x' })]),
    "reconcile/kubeconfig-not-found: KubeConfig secret 'apps/remote' does not contain a 'value' key with a kubeconfig",
  );
  assert.equal(
    await open('{secretRef: {name: remote, key: k}}', [secret({ value: 'x' })]),
    "reconcile/kubeconfig-not-found: KubeConfig secret 'apps/remote' does not contain a 'k' key with a kubeconfig",
  );
});

it('openRemote() mints a token of an account of the namespace for provider generic', async () => {
  const requests: RawRequest[] = [];
  const data = { provider: 'generic', address: 'Remote.example:6443', serviceAccountName: 'deployer', 'ca.crt': 'PEM' };
  const given = await open('{configMapRef: {name: remote}}', [map(data)], requests);
  assert.equal(requests[0]?.path, '/api/v1/namespaces/apps/serviceaccounts/deployer/token');
  assert.deepEqual(readPath(requests[0]?.body, 'spec'), { audiences: ['Remote.example:6443'] });
  assert.match(given, /^ConfigMap apps\/remote: \{/);
  const config = JSON.parse(given.slice('ConfigMap apps/remote: '.length)) as { clusters: unknown[]; users: unknown[] };
  const authority = Buffer.from('PEM').toString('base64');
  const cluster = { server: 'https://remote.example:6443', 'certificate-authority-data': authority };
  assert.deepEqual(config.clusters, [{ name: 'remote', cluster }]);
  assert.deepEqual(config.users, [{ name: 'remote', user: { token: 'minted' } }]);
});

it('openRemote() sends no token to an address without TLS, and none for the account of a controller', async () => {
  const data = { provider: 'generic', address: 'http://remote:80', serviceAccountName: 'deployer' };
  assert.match(await open('{configMapRef: {name: remote}}', [map(data)]), /^reconcile\/invalid-object: .*must use https scheme$/);
  const nobody = map({ provider: 'generic', address: 'https://remote' });
  assert.match(await open('{configMapRef: {name: remote}}', [nobody]), /^reconcile\/unsupported: .*no serviceAccountName/);
  assert.match(await open('{configMapRef: {name: remote}}', [map({ provider: 'aws' })]), /^reconcile\/unsupported: .*'aws'/);
  const other = map({ provider: 'huawei' });
  assert.equal(await open('{configMapRef: {name: remote}}', [other]), "reconcile/unsupported: provider 'huawei' is not known");
});

it('openRemote() says so where no other cluster can be opened: reconcile/unsupported', async () => {
  const kube = {} as KubeClient;
  await assert.rejects(openRemote(having('{secretRef: {name: remote}}'), { identity: 'own', kube }, {}), (error) =>
    isFluxError(error, 'reconcile/unsupported'),
  );
});

describe('openRemote() and clouds', () => {
  const CLUSTER = 'arn:aws:eks:eu-west-1:1:cluster/prod';

  /** Opens with this ConfigMap; tells what the cloud was asked, and what was handed on. */
  async function openCloud(data: Readonly<Record<string, string>>, defaultServiceAccount?: string) {
    const asked: unknown[] = [];
    const connected: { text: string; issueToken: (() => Promise<IssuedToken>) | undefined }[] = [];
    let made = 0;
    const cloud: CloudPort = {
      logInToCluster(name, request) {
        asked.push([name, request]);
        const issueToken = () => Promise.resolve({ token: `token-${++made}`, expiresAtMs: 1 });
        return Promise.resolve({ server: 'https://prod.test:443', authority: 'PEM', issueToken });
      },
      logInToGit: () => Promise.reject(new Error('not asked')),
    };
    const kube = { get: () => Promise.resolve(map(data)) } as unknown as KubeClient;
    const remote: RemotePort = {
      connect(text, _name, issueToken) {
        connected.push({ text, issueToken });
        return Promise.resolve(kube);
      },
    };
    const own = { identity: 'own', kube } as const;
    await openRemote(having('{configMapRef: {name: remote}}'), own, { remote, cloud }, defaultServiceAccount);
    return { asked, connected };
  }

  it('hands on what the ConfigMap has, and a token that can be made anew', async () => {
    const { asked, connected } = await openCloud({ provider: 'aws', cluster: CLUSTER });
    assert.deepEqual(asked, [['aws', { cluster: CLUSTER, address: '', authority: '' }]]);
    assert.match(connected[0]?.text ?? '', /"server": ?"https:\/\/prod\.test:443"/);
    const issueToken = connected[0]?.issueToken;
    assert.equal((await issueToken?.())?.token, 'token-1', 'the one that was made to see whether the login works');
    assert.equal((await issueToken?.())?.token, 'token-2');
  });

  it('takes accounts of its own namespace only', async () => {
    const data = { provider: 'gcp', cluster: 'c', address: 'a', 'ca.crt': 'b', serviceAccountName: 'web', audiences: ' x \n\ny' };
    const { asked } = await openCloud(data, 'tenant');
    const account = { namespace: 'apps', name: 'web' };
    assert.deepEqual(asked, [['gcp', { cluster: 'c', address: 'a', authority: 'b', account, audiences: ['x', 'y'] }]]);
  });

  it('does not lend the identity of this machine where Kustomizations run as a default account', async () => {
    await assert.rejects(openCloud({ provider: 'azure', cluster: 'c' }, 'tenant'), (error) => {
      assert.ok(isFluxError(error, 'reconcile/unsupported'));
      assert.match(error.message, /^ConfigMap apps\/remote names no serviceAccountName, and with a default service account/);
      return true;
    });
  });
});
