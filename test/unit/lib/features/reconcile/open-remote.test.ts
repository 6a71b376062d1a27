import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonValue } from '../../../../../src/lib/core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import type { KubeClient, RawRequest } from '../../../../../src/lib/engine/kube/index.ts';
import { openRemote } from '../../../../../src/lib/features/reconcile/open-remote.ts';
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
});

it('openRemote() says so where no other cluster can be opened: reconcile/unsupported', async () => {
  const kube = {} as KubeClient;
  await assert.rejects(openRemote(having('{secretRef: {name: remote}}'), { identity: 'own', kube }, {}), (error) =>
    isFluxError(error, 'reconcile/unsupported'),
  );
});
