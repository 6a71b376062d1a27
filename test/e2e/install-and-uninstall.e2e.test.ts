import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import {
  check,
  DEFAULT_COMPONENTS,
  DEFAULT_RENDER_OPTIONS,
  install,
  type InstallOptions,
  readVersions,
  uninstall,
} from '../../src/lib/features/install/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { runPods } from '../support/run-pods.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const OPTIONS: InstallOptions = { ...DEFAULT_RENDER_OPTIONS, force: false, wait: false, timeoutMs: 3_000 };
const NAMESPACE = 'flux-system';
const deploymentRef = (name: string): ObjectRef => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name });
const MARKER: ObjectRef = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  name: 'gitrepositories.source.toolkit.fluxcd.io',
};

describe('install, check and uninstall in a real cluster', () => {
  let sandbox: TestSandbox;
  let ports: FeaturePorts;

  before(async () => {
    sandbox = await startSandbox({ name: 'install', alone: true });
    ports = makeFeaturePorts(await connectKube(sandbox.kubeconfigPath));
  });

  after(async () => {
    await ports?.kube.close();
    await sandbox?.close();
  });

  it('creates everything as field manager flux', async () => {
    const { objects, verified } = await install(OPTIONS, ports);
    assert.equal(verified, false);
    assert.deepEqual([...new Set(objects.map(({ action }) => action))], ['created']);
    const live = await ports.kube.get(deploymentRef('source-controller'));
    assert.ok(live?.metadata.managedFields?.some(({ manager, operation }) => manager === 'flux' && operation === 'Apply'));
  });

  it('changes nothing the second time', async () => {
    const { objects } = await install(OPTIONS, ports);
    assert.deepEqual([...new Set(objects.map(({ action }) => action))], ['unchanged']);
  });

  it('reads the versions of what is installed', async () => {
    const versions = await readVersions({ namespace: NAMESPACE }, ports);
    assert.deepEqual(versions, {
      flux: 'v2.9.4',
      distribution: 'flux-v2.9.4',
      'helm-controller': 'v1.6.3',
      'kustomize-controller': 'v1.9.4',
      'notification-controller': 'v1.9.3',
      'source-controller': 'v1.9.4',
    });
  });

  it('fails the verification where no pod runs, and says which', async () => {
    await assert.rejects(install({ ...OPTIONS, wait: true, timeoutMs: 500 }, ports), (error) => {
      return isFluxError(error, 'install/not-ready') && error.message.includes('4 of 4');
    });
    assert.ok(ports.told.some((line) => line.startsWith('✗ source-controller: deployment not ready')));
  });

  it('is content once the Deployments are available', async () => {
    // There is no kubelet here.
    await runPods(DEFAULT_COMPONENTS, 'flux-system', ports.kube);
    const result = await check({ namespace: NAMESPACE, pre: false, timeoutMs: 5_000 }, ports);
    assert.deepEqual(
      result.items.filter(({ ok }) => !ok),
      [],
    );
    assert.equal((await install({ ...OPTIONS, wait: true }, ports)).verified, true);
  });

  it('leaves the cluster alone in a dry run of uninstall', async () => {
    const options = { namespace: NAMESPACE, keepNamespace: false, dryRun: true, silent: true, timeoutMs: 5_000 };
    const before = await ports.kube.get(deploymentRef('source-controller'));
    assert.equal((await uninstall(options, ports)).ok, true);
    const afterwards = await ports.kube.get(deploymentRef('source-controller'));
    assert.equal(afterwards?.metadata.uid, before?.metadata.uid);
    assert.equal(afterwards?.metadata.deletionTimestamp, undefined);
    assert.equal((await ports.kube.get(MARKER))?.metadata.deletionTimestamp, undefined);
  });

  it('refuses to install over a bootstrapped cluster', async () => {
    const label = { metadata: { labels: { 'kustomize.toolkit.fluxcd.io/namespace': NAMESPACE } } };
    await ports.kube.patch(MARKER, label, { type: 'merge' });
    await assert.rejects(install({ ...OPTIONS, force: true }, ports), (error) => {
      return (
        isFluxError(error, 'install/already-bootstrapped') &&
        error.message === "this cluster has already been bootstrapped with Flux v2.9.4! Please use 'flux bootstrap' to upgrade"
      );
    });
  });

  it('removes itself with its objects, whatever finalizers they have, and leaves what was applied', async () => {
    const workload = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'workload', namespace: 'default' } };
    await ports.kube.create(workload);
    await ports.kube.create(makeKustomization());
    const options = { namespace: NAMESPACE, keepNamespace: false, dryRun: false, silent: true, timeoutMs: 60_000 };
    assert.equal((await uninstall(options, ports)).ok, true);
    assert.ok(await ports.kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'workload' }));
    await assertGone(MARKER, ports);
    await assertGone({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE }, ports);
    await assertGone(
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'crd-controller-flux-system' },
      ports,
    );
  });
});

function makeKustomization(): K8sObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'web', namespace: 'default', finalizers: ['finalizers.fluxcd.io'] },
    spec: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'web' } },
  };
}

async function assertGone(ref: ObjectRef, { kube, clock }: FeaturePorts): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    if ((await kube.get(ref)) === undefined) return;
    await clock.sleep(500);
  }
  assert.fail(`${ref.kind} ${ref.name} is still there`);
}
