import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { readyOf } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { KNOWN_REVISION, KNOWN_SOURCE, makeKnownFolder } from '../support/known-folder.ts';
import { type OciRegistry, REGISTRY_USER, startOciRegistry } from '../support/oci-registry.ts';
import { runOk } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const OCI = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', namespace: 'default', name: 'app' } as const;

describe('the real source-controller', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let registry: OciRegistry;
  let controllers: FluxControllers;
  let folder: string;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller']);
    registry = await startOciRegistry({ login: 'basic' });
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      clusterAdmin: true,
      controllers: ['source-controller'],
    });
    folder = makeKnownFolder();
  });
  after(async () => {
    await controllers?.stop();
    await registry?.stop();
    await kube?.close();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('pulls what was pushed, under the digest that was told', async () => {
    const creds = `${REGISTRY_USER.name}:${REGISTRY_USER.password}`;
    const pushed = await runOk([
      'push',
      'artifact',
      `oci://${registry.host}/app:v1`,
      '-f',
      folder,
      `--source=${KNOWN_SOURCE}`,
      `--revision=${KNOWN_REVISION}`,
      `--creds=${creds}`,
      '-o',
      'json',
    ]);
    const { digest } = JSON.parse(pushed.stdout) as { digest: string };
    const auths = { [registry.host]: { auth: Buffer.from(creds).toString('base64') } };
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'registry', namespace: 'default' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
    });
    await kube.create({
      apiVersion: OCI.apiVersion,
      kind: OCI.kind,
      metadata: { name: OCI.name, namespace: OCI.namespace },
      spec: {
        interval: '10m',
        url: `oci://${registry.host}/app`,
        ref: { tag: 'v1' },
        insecure: true,
        secretRef: { name: 'registry' },
      },
    });
    const deadline = Date.now() + 60_000;
    let object = await kube.get(OCI);
    // The conditions are written before the rest of the status.
    while (readText(object, 'status', 'artifact', 'revision') === '' && Date.now() < deadline) {
      await sleep(100);
      object = await kube.get(OCI);
    }
    assert.equal(readyOf(object), 'True Succeeded', JSON.stringify(object?.['status']));
    const artifact = readPath(object, 'status', 'artifact');
    assert.equal(readText(artifact, 'revision'), `v1@${digest}`);
    assert.equal(readText(artifact, 'metadata', 'org.opencontainers.image.revision'), KNOWN_REVISION);
    assert.equal(readText(artifact, 'metadata', 'org.opencontainers.image.source'), KNOWN_SOURCE);
  });
});
