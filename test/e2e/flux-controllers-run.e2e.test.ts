import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const CRDS = fileURLToPath(new URL('../../manifests/crds/', import.meta.url));
const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

describe('the real Flux controllers outside the cluster', () => {
  let sandbox: TestSandbox;
  let client: KubeClient;
  let git: GitServer;
  let controllers: FluxControllers;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    client = await connectKube(sandbox.kubeconfigPath);
    for (const name of ['source-controller', 'kustomize-controller']) await applyDefinitions(client, join(CRDS, name));
    git = await startGitServer();
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      clusterAdmin: true,
      leaderElection: process.platform === 'linux',
    });
  });

  after(async () => {
    await controllers?.stop();
    await git?.close();
    await client?.close();
    await sandbox?.close();
  });

  it('reconcile a Git repository into the cluster', async () => {
    await git.create('app');
    const commit = await git.commitFiles(
      'app',
      { 'deploy/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello}\ndata: {from: git}\n' },
      'Add a ConfigMap',
    );
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    await client.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'app', namespace: 'team' },
      spec: { interval: '10m', url: `${git.url}/app.git`, ref: { branch: 'main' } },
    });
    await client.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name: 'app', namespace: 'team' },
      spec: {
        interval: '10m',
        path: './deploy',
        prune: true,
        targetNamespace: 'team',
        sourceRef: { kind: 'GitRepository', name: 'app' },
      },
    });
    const ready = await waitForReady(client, { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: 'team', name: 'app' });
    assert.equal(ready, `Applied revision: main@sha1:${commit}`);
    const applied = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name: 'hello' });
    assert.deepEqual(applied?.['data'], { from: 'git' });
    assert.match(controllers.logs('kustomize-controller'), /server-side apply/);
  });

  it('hold their Leases where they can be given the namespace file of a Pod', async () => {
    const expected = process.platform === 'linux';
    for (const name of ['source-controller', 'kustomize-controller']) {
      const lease = await client.get({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        namespace: 'flux-system',
        name: `${name}-leader-election`,
      });
      const holder = (lease?.['spec'] as JsonObject | undefined)?.['holderIdentity'] ?? '';
      assert.equal(holder !== '', expected);
    }
  });
});

async function applyDefinitions(client: KubeClient, dir: string): Promise<void> {
  for (const file of readdirSync(dir)) {
    if (file === 'kustomization.yaml') continue;
    const definition = load(readFileSync(join(dir, file), 'utf8')) as K8sObject;
    await client.apply(definition, { fieldManager: 'test', force: true });
  }
}

async function waitForReady(client: KubeClient, ref: ObjectRef): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const object = await client.get(ref);
    const conditions = ((object?.['status'] as JsonObject | undefined)?.['conditions'] ?? []) as JsonObject[];
    const ready = conditions.find(({ type }) => type === 'Ready');
    if (ready?.['status'] === 'True') return String(ready['message']);
    if (Date.now() > deadline) throw new Error(`${ref.name} is not ready: ${JSON.stringify(conditions)}`);
    await sleep(100);
  }
}
