import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadKubeconfig } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { useSandbox } from '../support/sandbox.ts';

test('a client logs in with the certificate that an exec plugin prints, and runs it once', async (t) => {
  const { kubeconfigPath } = await useSandbox();
  const folder = await mkdtemp(join(tmpdir(), 'flux-ts-exec-plugin-'));
  t.after(async () => await rm(folder, { recursive: true, force: true }));
  const own = await loadKubeconfig({
    env: {},
    homeDir: folder,
    readFile: async (path) => await readFile(path, 'utf8'),
    flags: { kubeconfig: kubeconfigPath },
  });
  const apiVersion = 'client.authentication.k8s.io/v1';
  const status = {
    clientCertificateData: own.credentials.clientCertificate,
    clientKeyData: own.credentials.clientKey,
    token: own.credentials.token,
  };
  await writeFile(join(folder, 'credential.json'), JSON.stringify({ kind: 'ExecCredential', apiVersion, status }), {
    mode: 0o600,
  });
  const script = `
    const { appendFileSync, readFileSync } = require('node:fs');
    appendFileSync(process.env.RUNS, 'run\\n');
    process.stdout.write(readFileSync(process.env.CREDENTIAL, 'utf8'));`;
  const exec = {
    apiVersion,
    command: process.execPath,
    args: ['-e', script],
    env: [
      { name: 'RUNS', value: join(folder, 'runs') },
      { name: 'CREDENTIAL', value: join(folder, 'credential.json') },
    ],
    interactiveMode: 'Never',
    provideClusterInfo: true,
  };
  const authority = Buffer.from(own.trust.certificateAuthority ?? '').toString('base64');
  const kubeconfig = {
    'current-context': 'exec',
    clusters: [{ name: 'exec', cluster: { server: own.server, 'certificate-authority-data': authority } }],
    users: [{ name: 'exec', user: { exec } }],
    contexts: [{ name: 'exec', context: { cluster: 'exec', user: 'exec' } }],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  const client = await connectKube(join(folder, 'kubeconfig'));
  const kind = { apiVersion: 'v1', kind: 'Namespace' };
  const lists = await Promise.all([client.list(kind), client.list(kind), client.list(kind)]);
  assert.ok(lists.every((list) => list.items.some((item) => item.metadata.name === 'kube-system')));
  assert.equal(await readFile(join(folder, 'runs'), 'utf8'), 'run\n');
  await client.close();
});
