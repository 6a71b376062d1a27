import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { ExecConfig, KubeConnection } from '../../../../../src/lib/engine/kube/kubeconfig-types.ts';
import {
  buildExecInfo,
  decideInteractive,
  parseExecCredential,
  runExecPlugin,
} from '../../../../../src/lib/engine/kube/run-exec-plugin.ts';

const V1 = 'client.authentication.k8s.io/v1';
const plugin: ExecConfig = {
  apiVersion: V1,
  command: 'plugin',
  args: [],
  env: {},
  provideClusterInfo: true,
  interactiveMode: 'IfAvailable',
  installHint: 'get it at the shop',
};
const connection: KubeConnection = {
  server: 'https://h:6443',
  namespace: 'default',
  origin: 'kubeconfig',
  trust: { certificateAuthority: 'CA', insecureSkipTlsVerify: false, serverName: 'n' },
  credentials: {},
  disableCompression: false,
  execConfig: { audience: 'a' },
};
const fails = (error: unknown) => isFluxError(error, 'kube/exec-plugin');
const credential = (status: object) => JSON.stringify({ kind: 'ExecCredential', apiVersion: V1, status });

test('decideInteractive() follows interactiveMode, which only v1beta1 may leave out', () => {
  assert.equal(decideInteractive(plugin, true), true);
  assert.equal(decideInteractive(plugin, false), false);
  assert.equal(decideInteractive({ ...plugin, interactiveMode: 'Never' }, true), false);
  assert.throws(() => decideInteractive({ ...plugin, interactiveMode: 'Always' }, false), fails);
  const { interactiveMode: _mode, ...without } = plugin;
  assert.throws(() => decideInteractive(without, true), fails);
  assert.equal(decideInteractive({ ...without, apiVersion: 'client.authentication.k8s.io/v1beta1' }, true), true);
  assert.throws(() => decideInteractive({ ...plugin, apiVersion: 'client.authentication.k8s.io/v1alpha1' }, true), fails);
});

test('buildExecInfo() tells of the cluster only where asked', () => {
  assert.deepEqual(buildExecInfo(connection, plugin, false), {
    kind: 'ExecCredential',
    apiVersion: V1,
    spec: {
      cluster: {
        server: 'https://h:6443',
        'tls-server-name': 'n',
        'certificate-authority-data': Buffer.from('CA').toString('base64'),
        config: { audience: 'a' },
      },
      interactive: false,
    },
  });
  assert.deepEqual(buildExecInfo(connection, { ...plugin, provideClusterInfo: false }, true)['spec'], { interactive: true });
});

test('parseExecCredential() reads token, certificate and expiry', () => {
  assert.deepEqual(parseExecCredential(credential({ token: 't', expirationTimestamp: '1970-01-01T00:00:10Z' }), plugin), {
    token: 't',
    expiresAtMs: 10_000,
  });
  assert.deepEqual(parseExecCredential(credential({ clientCertificateData: 'C', clientKeyData: 'K' }), plugin), {
    clientCertificate: 'C',
    clientKey: 'K',
  });
});

test('parseExecCredential() refuses the rest without repeating it', () => {
  const outputs = [
    'hunter2',
    '[]',
    credential({}),
    credential({ clientKeyData: 'hunter2' }),
    credential({ token: 'hunter2', expirationTimestamp: 'never' }),
    JSON.stringify({ kind: 'ExecCredential', apiVersion: 'other', status: { token: 'hunter2' } }),
  ];
  for (const output of outputs) {
    assert.throws(
      () => parseExecCredential(output, plugin),
      (error) => fails(error) && !JSON.stringify(error).includes('hunter2'),
    );
  }
});

test('runExecPlugin() runs the command with KUBERNETES_EXEC_INFO and its own variables', async () => {
  const script = `
    const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    const token = [info.spec.cluster.server, process.env.EXTRA, process.env.OUTER].join(' ');
    console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: info.apiVersion, status: { token } }));`;
  const exec = { ...plugin, command: process.execPath, args: ['-e', script], env: { EXTRA: 'extra' } };
  const context = { env: { OUTER: 'outer' }, interactive: false };
  assert.deepEqual(await runExecPlugin(connection, exec, context), { token: 'https://h:6443 extra outer' });
});

test('runExecPlugin() gives the install hint where the command is missing, and its complaint where it fails', async () => {
  const context = { env: {}, interactive: false };
  await assert.rejects(
    runExecPlugin(connection, { ...plugin, command: 'no-such-plugin-anywhere' }, context),
    (error) => isFluxError(error, 'kube/exec-plugin') && error.hint === 'get it at the shop',
  );
  const failing = { ...plugin, command: process.execPath, args: ['-e', 'console.error("session expired"); process.exit(3)'] };
  await assert.rejects(runExecPlugin(connection, failing, context), /failed with exit code 3: session expired/);
});
