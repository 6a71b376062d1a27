import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as git from '../../src/lib/engine/git/index.ts';
import { bootstrapGit, type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../src/lib/features/bootstrap/index.ts';
import { DEFAULT_COMPONENTS } from '../../src/lib/features/install/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { runPods } from '../support/run-pods.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

describe('bootstrap with the real controllers, under the roles that it installs', () => {
  let sandbox: TestSandbox;
  let ports: FeaturePorts;
  let server: GitServer;
  let controllers: FluxControllers;
  let options: BootstrapOptions;

  before(async () => {
    sandbox = await startSandbox({ name: 'bootstrap-controllers', alone: true });
    ports = makeFeaturePorts(await connectKube(sandbox.kubeconfigPath));
    server = await startGitServer({ user: 'me', password: 's3cret' });
    await server.create('fleet');
    options = {
      ...DEFAULT_BOOTSTRAP_OPTIONS,
      url: server.urlOf('fleet'),
      path: 'clusters/demo',
      username: 'me',
      password: 's3cret',
      tokenAuth: true,
      allowInsecureHttp: true,
      timeoutMs: 90_000,
    };
    await bootstrapGit({ ...options, wait: false }, { ...ports, git });
    controllers = await startFluxControllers({ kubeconfigPath: sandbox.kubeconfigPath });
  });

  after(async () => {
    await controllers?.stop();
    await server?.close();
    await ports?.kube.close();
    await sandbox?.close();
  });

  it('waits until they have reconciled the newest commit', async () => {
    // There is no kubelet here.
    await runPods(DEFAULT_COMPONENTS, 'flux-system', ports.kube);
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello, namespace: default}\n';
    await server.commitFiles('fleet', { 'clusters/demo/hello.yaml': config }, 'Say hello');
    const { reconciledBy, revision } = await bootstrapGit(options, { ...ports, git });
    assert.equal(reconciledBy, 'controllers');
    assert.ok(ports.told.includes('✔ GitRepository reconciled successfully'));
    assert.ok(ports.told.includes('✔ Kustomization reconciled successfully'));
    assert.ok(ports.told.includes('✔ all components are healthy'));
    const live = await ports.kube.get({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      namespace: 'flux-system',
      name: 'flux-system',
    });
    assert.equal((live?.['status'] as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision, revision);
    assert.ok(await ports.kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'hello' }));
  });
});
