import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { parseForeignKubeconfig } from '../../../../../src/lib/engine/kube/parse-foreign-kubeconfig.ts';

const TEXT = `
current-context: a
clusters: [{name: a, cluster: {server: "https://remote:6443", insecure-skip-tls-verify: true, proxy-url: "http://proxy:3128"}}]
users:
- name: a
  user:
    token: t
    tokenFile: /etc/shadow
    as: root
    exec: {apiVersion: client.authentication.k8s.io/v1, command: rm, interactiveMode: Never}
contexts: [{name: a, context: {cluster: a, user: a}}]
`;

test('parseForeignKubeconfig() leaves out commands, file paths, impersonation and the insecure flag', async () => {
  const connection = await parseForeignKubeconfig(TEXT, 'Secret apps/remote');
  assert.equal(connection.server, 'https://remote:6443');
  assert.equal(connection.proxyUrl, 'http://proxy:3128');
  assert.deepEqual(connection.credentials, { token: 't' });
  assert.equal(connection.trust.insecureSkipTlsVerify, false);
  assert.equal(connection.impersonation, undefined);
});

test('parseForeignKubeconfig() heeds them where allowed', async () => {
  const connection = await parseForeignKubeconfig(TEXT, 'Secret apps/remote', { allowExec: true, allowInsecureTls: true });
  assert.equal(connection.credentials.exec?.command, 'rm');
  assert.equal(connection.trust.insecureSkipTlsVerify, true);
});

test('parseForeignKubeconfig() refuses one without a server', async () => {
  await assert.rejects(
    parseForeignKubeconfig('apiVersion: v1', 'Secret apps/remote'),
    /kubeconfig of Secret apps\/remote names no server/,
  );
});

test('parseForeignKubeconfig() refuses one that cannot do without what it leaves out: kube/unsafe-kubeconfig', async () => {
  const withUser = (user: string, cluster = ''): string => `
current-context: a
clusters: [{name: a, cluster: {server: "https://remote:6443"${cluster}}}]
users: [{name: a, user: ${user}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
`;
  const exec = '{exec: {apiVersion: client.authentication.k8s.io/v1, command: rm, interactiveMode: Never}}';
  const cases: readonly (readonly [string, RegExp])[] = [
    [withUser(exec), /has a command to log in with \(exec\), which is not followed$/],
    [withUser('{client-certificate: /etc/c, client-key: /etc/k}'), /client-certificate\) and the path of a key \(client-key\)/],
    [withUser('{tokenFile: /etc/shadow}'), /\(tokenFile\)/],
    [withUser('{token: t}', ', certificate-authority: /etc/ca'), /\(certificate-authority\)/],
    [withUser('{auth-provider: {name: oidc}}'), /auth-provider/],
  ];
  for (const [text, words] of cases) {
    await assert.rejects(parseForeignKubeconfig(text, 'Secret apps/remote'), (error) => {
      assert.ok(isFluxError(error, 'kube/unsafe-kubeconfig'), String(error));
      assert.match(error.message, words);
      return true;
    });
  }
  assert.equal((await parseForeignKubeconfig(withUser(exec), 'x', { allowExec: true })).credentials.exec?.command, 'rm');
});
