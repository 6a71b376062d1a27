import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { parseKubeconfig } from '../../../../../src/lib/engine/kube/parse-kubeconfig.ts';

const FILE = '/home/me/.kube/config';

test('parseKubeconfig() reads every field of connecting, with paths seen from its folder', () => {
  const config = parseKubeconfig(
    `
apiVersion: v1
kind: Config
current-context: ctx
preferences: {}
clusters:
- name: c
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: pki/ca.crt
    tls-server-name: kube.example.org
    proxy-url: socks5://proxy:1080
    disable-compression: true
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: a}
users:
- name: u
  user:
    client-certificate-data: ${Buffer.from('CERT').toString('base64')}
    client-key: /abs/key.pem
    tokenFile: ./token
    as: jane
    as-groups: [g1, g2]
    as-user-extra: {scope: [s]}
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: bin/plugin
      args: [get-token]
      env: [{name: A, value: b}]
      interactiveMode: IfAvailable
      provideClusterInfo: true
      installHint: get it
contexts:
- name: ctx
  context: {cluster: c, user: u, namespace: apps}
`,
    FILE,
  );
  assert.equal(config.currentContext, 'ctx');
  assert.deepEqual(config.clusters['c'], {
    server: 'https://10.0.0.1:6443',
    tlsServerName: 'kube.example.org',
    certificateAuthority: '/home/me/.kube/pki/ca.crt',
    proxyUrl: 'socks5://proxy:1080',
    disableCompression: true,
    execConfig: { audience: 'a' },
  });
  assert.deepEqual(config.users['u'], {
    clientCertificateData: 'CERT',
    clientKey: '/abs/key.pem',
    tokenFile: '/home/me/.kube/token',
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: '/home/me/.kube/bin/plugin',
      args: ['get-token'],
      env: { A: 'b' },
      provideClusterInfo: true,
      installHint: 'get it',
      interactiveMode: 'IfAvailable',
    },
    impersonate: { user: 'jane', groups: ['g1', 'g2'], extra: { scope: ['s'] } },
  });
  assert.deepEqual(config.contexts['ctx'], { cluster: 'c', user: 'u', namespace: 'apps' });
});

test('parseKubeconfig() reads a legacy auth provider and leaves a bare command to the PATH', () => {
  const config = parseKubeconfig(
    `users:
- name: o
  user: {auth-provider: {name: oidc, config: {client-id: id}}}
- name: e
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, env: null, args: null}}
`,
    FILE,
  );
  assert.deepEqual(config.users['o']?.authProvider, { name: 'oidc', config: { 'client-id': 'id' } });
  assert.equal(config.users['e']?.exec?.command, 'aws');
});

test('parseKubeconfig() takes an empty file for an empty config', () => {
  assert.deepEqual({ ...parseKubeconfig('', FILE).clusters }, {});
});

test('parseKubeconfig() refuses what is not a kubeconfig with kube/invalid-kubeconfig and repeats no value', () => {
  const bad = [
    'clusters: [\n',
    '- a list',
    'clusters: {}',
    'users: [{name: u, user: {token: [hunter2]}}]',
    'users: [{name: u, user: {client-key-data: "hunter2 !"}}]',
    'clusters: [{name: c, cluster: {insecure-skip-tls-verify: hunter2}}]',
    'users:\n- name: u\n  user: {token: hunter2\n  bad',
  ];
  for (const text of bad) {
    assert.throws(
      () => parseKubeconfig(text, FILE),
      (error) => {
        assert.ok(isFluxError(error, 'kube/invalid-kubeconfig'), text);
        assert.equal(error.source?.file, FILE);
        assert.doesNotMatch(JSON.stringify(error) + String(error.cause ?? ''), /hunter2/);
        return true;
      },
    );
  }
});
