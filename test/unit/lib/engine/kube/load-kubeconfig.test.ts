import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { KubeFlags } from '../../../../../src/lib/engine/kube/kubeconfig-types.ts';
import { loadKubeconfig } from '../../../../../src/lib/engine/kube/load-kubeconfig.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const POD_FILES = {
  [`${SERVICE_ACCOUNT}/token`]: 'pod-token',
  [`${SERVICE_ACCOUNT}/ca.crt`]: 'POD CA',
  [`${SERVICE_ACCOUNT}/namespace`]: 'flux-system\n',
};
const POD_ENV = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

function kubeconfig(name: string, extra = ''): string {
  return `
current-context: ${name}
clusters: [{name: ${name}, cluster: {server: "https://${name}.example.org:6443/", certificate-authority: ca.crt${extra}}}]
users: [{name: ${name}, user: {token: ${name}-token}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
`;
}

async function load(files: Record<string, string>, env: Record<string, string> = {}, flags: KubeFlags = {}) {
  return await loadKubeconfig({ env, homeDir: '/home/me', readFile: async (path) => files[path], flags });
}

test('loadKubeconfig() reads the config of the home folder', async () => {
  const connection = await load({ '/home/me/.kube/config': kubeconfig('home'), '/home/me/.kube/ca.crt': 'CA' });
  assert.equal(connection.server, 'https://home.example.org:6443');
  assert.equal(connection.origin, 'kubeconfig');
  assert.equal(connection.namespace, 'default');
  assert.equal(connection.trust.certificateAuthority, 'CA');
  assert.equal(connection.credentials.token, 'home-token');
});

test('loadKubeconfig() merges the files of KUBECONFIG and skips those that are missing', async () => {
  const files = { '/a/x': kubeconfig('alpha'), '/a/ca.crt': 'A', '/b/y': kubeconfig('beta'), '/b/ca.crt': 'B' };
  const env = { KUBECONFIG: '/gone:/a/x::/b/y' };
  assert.equal((await load(files, env)).context, 'alpha');
  const other = await load(files, env, { context: 'beta', namespace: 'apps' });
  assert.deepEqual(
    [other.server, other.trust.certificateAuthority, other.namespace],
    ['https://beta.example.org:6443', 'B', 'apps'],
  );
});

test('loadKubeconfig() refuses a --kubeconfig that is not there', async () => {
  await assert.rejects(load({}, {}, { kubeconfig: '/gone' }), (error) => isFluxError(error, 'kube/invalid-kubeconfig'));
});

test('loadKubeconfig() uses the service account of the Pod where there is no kubeconfig', async () => {
  const connection = await load(POD_FILES, POD_ENV);
  assert.equal(connection.server, 'https://[fd00::1]:443'.replace(':443', ''));
  assert.equal(connection.origin, 'in-cluster');
  assert.equal(connection.namespace, 'flux-system');
  assert.equal(connection.credentials.tokenFile, `${SERVICE_ACCOUNT}/token`);
  assert.equal(connection.trust.certificateAuthority, 'POD CA');
  assert.equal('context' in connection, false);
});

test('loadKubeconfig() prefers a kubeconfig to the service account', async () => {
  const files = { ...POD_FILES, '/home/me/.kube/config': kubeconfig('home'), '/home/me/.kube/ca.crt': 'CA' };
  assert.equal((await load(files, POD_ENV)).origin, 'kubeconfig');
});

test('loadKubeconfig() falls back to localhost as kubectl does', async () => {
  const connection = await load({});
  assert.deepEqual([connection.server, connection.origin], ['http://localhost:8080', 'default']);
});

test('loadKubeconfig() needs no kubeconfig where --server and --token are given', async () => {
  const connection = await load({}, {}, { server: 'https://me:pw@10.0.0.1:6443/', token: 't', insecureSkipTlsVerify: true });
  assert.equal(connection.server, 'https://10.0.0.1:6443');
  assert.deepEqual(connection.credentials, { username: 'me', password: 'pw', token: 't' });
});

test('loadKubeconfig() refuses an authority together with the insecure flag in a file', async () => {
  const files = { '/home/me/.kube/config': kubeconfig('x', ', insecure-skip-tls-verify: true'), '/home/me/.kube/ca.crt': 'CA' };
  await assert.rejects(load(files), (error) => isFluxError(error, 'kube/invalid-kubeconfig'));
});

test('loadKubeconfig() names the certificate file that is missing', async () => {
  await assert.rejects(
    load({ '/home/me/.kube/config': kubeconfig('x') }),
    /certificate authority "\/home\/me\/\.kube\/ca\.crt" does not exist/,
  );
});

test('loadKubeconfig() refuses a certificate without its key', async () => {
  const flags = { server: 'https://h', clientCertificate: '/c' };
  await assert.rejects(load({ '/c': 'CERT' }, {}, flags), /client key is missing/);
});

test('loadKubeconfig() refuses a cluster without a server', async () => {
  const text = 'current-context: a\nclusters: [{name: a, cluster: {}}]\ncontexts: [{name: a, context: {cluster: a}}]';
  await assert.rejects(load({ '/home/me/.kube/config': text }), /cluster "a" in the kubeconfig has no server/);
});
