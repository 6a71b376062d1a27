import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { pack } from '../../src/lib/engine/artifact/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, openCliWorld, readyOf } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { configMapFile, kustomization as objectOf } from '../support/drive-objects.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type OciRegistry, startOciRegistry } from '../support/oci-registry.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const OCI = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository' } as const;
const ORIGIN = { 'org.opencontainers.image.revision': 'main@sha1:0123456789012345678901234567890123456789' };

/**
 * The real source-controller keeps an OCIRepository of a real registry and goes on with it, while flux-ts stands in for
 * kustomize-controller alone.
 */
describe('drive beside the real source-controller', { timeout: 300_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let registry: OciRegistry;
  let keeper: FluxControllers;
  let world: CliWorld;
  const namespace = 'flux-system';

  const push = async (from: string): Promise<string> => {
    const bytes = Buffer.from(configMapFile('hello', from));
    const { bytes: tarball } = await pack([{ path: 'deploy/config.yaml', mode: 0o100644, type: 'file', bytes }], () => false);
    return registry.push('app', 'v1', tarball, ORIGIN);
  };
  const hello = (place: string) => kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: place, name: 'hello' });
  const waitFor = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(100);
    }
    throw new Error(`${what} did not come\n${keeper.logs('source-controller').slice(-2_000)}`);
  };

  before(async () => {
    sandbox = await startSandbox({ name: 'kept', alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    registry = await startOciRegistry();
    world = await openCliWorld(sandbox.kubeconfigPath, namespace);
    keeper = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      controllers: ['source-controller'],
      clusterAdmin: true,
      leaderElection: process.platform === 'linux',
    });
  });
  after(async () => {
    await keeper?.stop();
    await world?.close();
    await registry?.stop();
    await kube?.close();
    await sandbox?.close();
  });

  it('applies the artifact that source-controller has made, with its revision and that of its origin', async () => {
    const digest = await push('one');
    const spec = { interval: '1h', url: `oci://${registry.host}/app`, insecure: true, ref: { tag: 'v1' } };
    await kube.create({ ...OCI, metadata: { name: 'app', namespace }, spec });
    await waitFor('the artifact', async () => {
      const source = await kube.get({ ...OCI, namespace, name: 'app' });
      return readText(source, 'status', 'artifact', 'digest') || undefined;
    });
    await world.createKustomization('app', { sourceRef: { kind: 'OCIRepository', name: 'app' } });
    const run = await world.run(['drive', '-n', namespace, '-o', 'json']);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(readText(await hello(namespace), 'data', 'from'), 'one');
    const done = await world.kustomization('app');
    assert.equal(readText(done, 'status', 'lastAppliedRevision'), `v1@${digest}`);
    assert.equal(readText(done, 'status', 'lastAppliedOriginRevision'), ORIGIN['org.opencontainers.image.revision']);
  });

  it('leaves the Lease of source-controller alone', {
    skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
  }, async () => {
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'source-controller-leader-election' };
    assert.match(readText(await kube.get(lease), 'spec', 'holderIdentity'), /_/);
    assert.doesNotMatch(readText(await kube.get(lease), 'spec', 'holderIdentity'), /flux-ts/);
    const both = await world.run(['drive', '-n', namespace, '-o', 'json']);
    assert.equal(both.code, 0, 'no source here is a GitRepository');
  });

  it('--with-source asks source-controller for the next artifact, and applies that', async () => {
    const digest = await push('two');
    const argv = ['reconcile', 'kustomization', 'app', '-n', namespace, '--drive', '--with-source', '-o', 'json'];
    const run = await world.run(argv);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /annotating OCIRepository app/);
    assert.equal((JSON.parse(run.stdout) as { revision: string }).revision, `v1@${digest}`);
    assert.equal(readText(await hello(namespace), 'data', 'from'), 'two');
  });

  it('drive --watch applies what source-controller finds', async () => {
    const stop = new AbortController();
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const options = { signal: stop.signal, onStdout: begun };
    const running = world.run(['drive', '--watch', '-n', namespace, '-o', 'json'], options);
    // The new artifact comes during the first run, or after it.
    await hasBegun;
    const digest = await push('three');
    const annotation = { 'reconcile.fluxcd.io/requestedAt': 'now' };
    await kube.patch({ ...OCI, namespace, name: 'app' }, { metadata: { annotations: annotation } }, { type: 'merge' });
    const applied = (await waitFor('the new artifact', async () => {
      const revision = readText(await world.kustomization('app'), 'status', 'lastAppliedRevision');
      return revision === `v1@${digest}` ? revision : undefined;
    }).finally(() => stop.abort())) as string;
    await running;
    assert.equal(applied, `v1@${digest}`);
    assert.equal(readText(await hello(namespace), 'data', 'from'), 'three');
  });

  it('a mixed graph needs both Leases; --with-source=false takes all sources as they are', {
    skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
  }, async () => {
    await world.createSource('none', { url: 'http://127.0.0.1:1/none.git', suspend: true });
    assertFails(
      await world.run(['drive', '-n', namespace, '-o', 'json']),
      'lease/held',
      /source-controller-leader-election/,
      /./,
    );
    const run = await world.run(['drive', '-n', namespace, '--with-source=false', '-o', 'json']);
    assert.equal(run.code, 0, run.stderr);
    await kube.delete({ ...OCI, kind: 'GitRepository', namespace, name: 'none' });
  });

  it('leaves what the real kustomize-controller leaves, which then changes nothing', async () => {
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'twin' } });
    const before = await hello(namespace);
    const sourceRef = { kind: 'OCIRepository', name: 'app', namespace };
    await kube.create(objectOf('twin', 'app', { sourceRef, targetNamespace: 'twin' }));
    const kustomizer = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      controllers: ['kustomize-controller'],
      clusterAdmin: true,
    });
    try {
      const twin = await waitFor('the other Kustomization', async () => {
        const object = await kube.get({
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          namespace: 'twin',
          name: 'app',
        });
        return readyOf(object) === 'True ReconciliationSucceeded' ? object : undefined;
      });
      assert.deepEqual(statusOf(await world.kustomization('app')), statusOf(twin));
      assert.deepEqual(traceOf(await hello(namespace)), traceOf(await hello('twin')));
      await waitFor('a run of the controller over what was driven', async () =>
        kustomizer.logs('kustomize-controller').includes('"name":"app","namespace":"flux-system"') ? true : undefined,
      );
    } finally {
      await kustomizer.stop();
    }
    assert.equal((await hello(namespace))?.metadata.resourceVersion, before?.metadata.resourceVersion);
  });
});

/** What must be the same in both, without times and names of namespaces. */
function statusOf(object: K8sObject | undefined): JsonObject {
  const status = (object?.['status'] ?? {}) as JsonObject;
  const conditions = readList(object, 'status', 'conditions').map((condition) => [
    readText(condition, 'type'),
    readText(condition, 'status'),
    readText(condition, 'reason'),
    readText(condition, 'message'),
  ]);
  const entries = readList(object, 'status', 'inventory', 'entries').map((entry) => readText(entry, 'id').split('_').slice(1));
  const { lastAppliedRevision, lastAttemptedRevision, lastAppliedOriginRevision, observedGeneration } = status;
  const fields = { lastAppliedRevision, lastAttemptedRevision, lastAppliedOriginRevision, observedGeneration };
  return JSON.parse(JSON.stringify({ ...fields, conditions, entries })) as JsonObject;
}

/** Who manages which fields of an object. */
function traceOf(object: K8sObject | undefined): unknown {
  return object?.metadata.managedFields?.map((entry) => ({ ...entry, time: undefined }));
}
