import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import { uninstall } from '../../../../../src/lib/features/install/uninstall.ts';
import { makeDeployment, makeMarker, makeObject, scriptPorts } from './scripted-ports.ts';

const OPTIONS = { namespace: 'flux-system', keepNamespace: false, dryRun: false, silent: true, timeoutMs: 1_000 };

const held = (kind: string, name: string) => {
  const object = makeObject(kind, name, 'apps');
  return { ...object, metadata: { ...object.metadata, finalizers: ['finalizers.fluxcd.io'] } };
};

const installation = [
  makeMarker({}),
  makeDeployment('source-controller', 'x:1', true),
  makeObject('Service', 'source-controller', 'flux-system'),
  makeObject('ServiceAccount', 'source-controller', 'flux-system'),
  makeObject('ClusterRole', 'crd-controller-flux-system'),
  held('Kustomization', 'web'),
  held('GitRepository', 'web'),
  makeObject('GitRepository', 'free', 'apps'),
];

describe('uninstall()', () => {
  it('deletes controllers first, then finalizers, then definitions, then the namespace', async () => {
    const { ports, writes, told } = scriptPorts({ objects: installation });
    const { ok } = await uninstall(OPTIONS, ports);
    assert.equal(ok, true);
    assert.deepEqual(writes, [
      'delete Deployment/flux-system/source-controller',
      'delete Service/flux-system/source-controller',
      'delete ServiceAccount/flux-system/source-controller',
      'delete ClusterRole/crd-controller-flux-system',
      'patch GitRepository/apps/web',
      'patch Kustomization/apps/web',
      'delete CustomResourceDefinition/gitrepositories.source.toolkit.fluxcd.io',
      'delete Namespace/flux-system',
    ]);
    assert.ok(told.includes('✔ Kustomization/apps/web finalizers deleted'));
    assert.equal(told.at(-1), '✔ uninstall finished');
  });

  it('keeps the namespace on demand', async () => {
    const { ports, writes } = scriptPorts({ objects: [] });
    await uninstall({ ...OPTIONS, keepNamespace: true }, ports);
    assert.deepEqual(writes, []);
  });

  it('changes nothing in a dry run, and asks nothing', async () => {
    const { ports, writes, asked, told } = scriptPorts({ objects: installation });
    await uninstall({ ...OPTIONS, silent: false, dryRun: true }, ports);
    assert.ok(writes.every((write) => write.endsWith('(dry run)')));
    assert.ok(told.includes('✔ Namespace/flux-system deleted (dry run)'));
    assert.deepEqual(asked, []);
  });

  it('asks, and does nothing where the answer is no', async () => {
    const { ports, writes, asked } = scriptPorts({ objects: [makeMarker({ 'app.kubernetes.io/managed-by': 'Helm' })] });
    const options = { ...OPTIONS, silent: false };
    await assert.rejects(uninstall(options, ports), (error) => isFluxError(error, 'install/cancelled'));
    assert.deepEqual(writes, []);
    assert.match(asked[0] ?? '', /^Flux is managed by Helm!/);
  });

  it('reports what failed, goes on, and is not ok', async () => {
    const denied = new FluxError('kube/forbidden', 'no');
    const errors = { 'delete Service/flux-system/source-controller': denied, 'list ClusterRole': denied };
    const { ports, writes, told } = scriptPorts({ objects: installation, errors });
    const { ok, entries } = await uninstall(OPTIONS, ports);
    assert.equal(ok, false);
    assert.deepEqual(
      entries.filter(({ action }) => action === 'failed').map(({ subject }) => subject),
      ['Service/flux-system/source-controller', 'ClusterRole'],
    );
    assert.ok(told.includes('✗ Service/flux-system/source-controller deletion failed: no'));
    assert.ok(writes.includes('delete Namespace/flux-system'));
    assert.ok(!told.includes('✔ uninstall finished'));
  });

  it('leaves finalizers alone while a controller still runs', async () => {
    const pod = makeObject('Pod', 'kustomize-controller-x', 'flux-system');
    const { ports, writes } = scriptPorts({ objects: [...installation, pod] });
    await assert.rejects(uninstall(OPTIONS, ports), (error) => isFluxError(error, 'install/controllers-running'));
    assert.ok(!writes.some((write) => write.startsWith('patch')));
  });

  it('passes over kinds that the cluster does not know', async () => {
    const errors = { 'list Kustomization': new FluxError('kube/unknown-kind', 'no matches') };
    const { ports } = scriptPorts({ objects: [], errors });
    assert.equal((await uninstall(OPTIONS, ports)).ok, true);
  });
});
