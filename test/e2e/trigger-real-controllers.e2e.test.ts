import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const KUSTOMIZATION = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  namespace: 'apps',
  name: 'web',
} as const;

/**
 * The real source-controller and kustomize-controller, with tokens of the ServiceAccounts that our `install` made, under the
 * roles that our `install` made.
 */
describe('the trigger commands against the real controllers', { timeout: 300_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let controllers: FluxControllers;

  const ok = async (...argv: string[]): Promise<CliRun> => {
    const run = await runCli(argv, { env: { KUBECONFIG: sandbox.kubeconfigPath } });
    assert.equal(run.code, 0, `flux-ts ${argv.join(' ')}\n${run.stdout}${run.stderr}\n${tail()}`);
    return run;
  };
  const tail = () =>
    ['source-controller', 'kustomize-controller']
      .map((name) => controllers.logs(name as 'source-controller').slice(-2000))
      .join('\n');

  before(async () => {
    sandbox = await startSandbox({ name: 'controllers', alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    const run = await runCli(['install', '--wait=false'], { env: { KUBECONFIG: sandbox.kubeconfigPath } });
    assert.equal(run.code, 0, run.stderr);
    git = await startGitServer();
    await git.create('app');
    await git.commitFiles('app', { 'deploy/config.yaml': configMap('one') }, 'Add one');
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      leaderElection: process.platform === 'linux',
    });
    if (process.platform === 'linux') await leading(kube, 2);
    await ok('create', 'tenant', 'team', '--with-namespace=apps');
  });

  after(async () => {
    await controllers?.stop();
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('create waits until the controllers have reconciled', async () => {
    const source = await ok(
      'create',
      'source',
      'git',
      'app',
      '-n',
      'apps',
      `--url=${git.urlOf('app')}`,
      '--branch=main',
      '--interval=1h',
    );
    assert.match(source.stderr, /fetched revision main@sha1:/);
    const created = await ok(
      'create',
      'kustomization',
      'web',
      '-n',
      'apps',
      '--source=app',
      '--path=./deploy',
      '--prune',
      '--service-account=team',
      '--interval=1h',
    );
    assert.match(created.stderr, /applied revision main@sha1:/);
    assert.notEqual(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'one' }), undefined);
  });

  it('reconcile --with-source makes them apply a new commit, and waits for it', async () => {
    const commit = await git.commitFiles('app', { 'deploy/config.yaml': configMap('two') }, 'One becomes two');
    const { stderr, stdout } = await ok('reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '-o', 'json');
    assert.match(stderr, new RegExp(`fetched revision main@sha1:${commit}`));
    assert.match(stderr, new RegExp(`applied revision main@sha1:${commit}`));
    assert.equal((JSON.parse(stdout) as { revision: string }).revision, `main@sha1:${commit}`);
    assert.notEqual(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'two' }), undefined);
    assert.equal(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'one' }), undefined, 'pruned');
    assert.equal(readText(await kube.get(KUSTOMIZATION), 'status', 'lastAppliedRevision'), `main@sha1:${commit}`);
  });

  it('a failure ends the wait at once, with the reason and exit code 1', async () => {
    await git.commitFiles('app', { 'deploy/config.yaml': configMap('three').replace('ConfigMap', 'NoSuchKind') }, 'Break it');
    const began = Date.now();
    const run = await runCli(['reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--timeout=2m'], {
      env: { KUBECONFIG: sandbox.kubeconfigPath },
    });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /Kustomization reconciliation failed: .*NoSuchKind/);
    assert.ok(Date.now() - began < 110_000, 'it did not wait for the time limit');
  });

  it('drive refuses while a controller holds its Lease, and names the holder', {
    skip: process.platform !== 'linux' && 'leader election needs the file of a pod',
  }, async () => {
    const run = await runCli(['reconcile', 'kustomization', 'web', '-n', 'apps', '--drive', '-o', 'json'], {
      env: { KUBECONFIG: sandbox.kubeconfigPath },
    });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /"code": "lease\/held"/);
    assert.match(run.stderr, /kustomize-controller/);
  });

  it('suspend and resume are heard by the controllers', async () => {
    await git.commitFiles('app', { 'deploy/config.yaml': configMap('four') }, 'Mend it');
    await ok('suspend', 'kustomization', 'web', '-n', 'apps');
    await ok('reconcile', 'source', 'git', 'app', '-n', 'apps');
    const { stderr } = await ok('resume', 'kustomization', 'web', '-n', 'apps');
    assert.match(stderr, /Kustomization web reconciliation completed/);
    assert.notEqual(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'four' }), undefined);
  });

  it('wait follows a commit through the tree that it makes', async () => {
    const child = (name: string): string =>
      JSON.stringify({
        apiVersion: KUSTOMIZATION.apiVersion,
        kind: 'Kustomization',
        metadata: { name, namespace: 'apps' },
        spec: { ...specOf('./deploy'), dependsOn: [] },
      });
    await git.commitFiles('app', { 'tree/child.yaml': child('child') }, 'Grow a tree');
    await kube.create({ ...object('tree'), spec: specOf('./tree') });
    await kube.create({ ...object('after'), spec: { ...specOf('./deploy'), dependsOn: [{ name: 'child' }] } });
    const commit = await git.commitFiles('app', { 'tree/second.yaml': child('second') }, 'Grow');
    const waiting = ok('wait', 'tree', '-n', 'apps', '--revision', commit, '--recursive', '--timeout=2m', '-o', 'json');
    await ok('reconcile', 'source', 'git', 'app', '-n', 'apps');
    const { stdout } = await waiting;
    const result = JSON.parse(stdout) as { isDone: boolean; objects: { name: string; state: string; revision: string }[] };
    assert.equal(result.isDone, true);
    assert.deepEqual(
      result.objects.map(({ name, state, revision }) => `${name} ${state} ${revision}`).sort(),
      ['after', 'child', 'second', 'tree'].map((name) => `${name} seen main@sha1:${commit}`),
    );
  });

  it('wait ends at once on a failure of that commit, and tells how far each is when its time is over', async () => {
    const commit = await git.commitFiles(
      'app',
      { 'tree/second.yaml': configMap('x').replace('ConfigMap', 'NoSuchKind') },
      'Break it',
    );
    const env = { KUBECONFIG: sandbox.kubeconfigPath };
    const waiting = runCli(['wait', 'tree', '-n', 'apps', '--revision', commit.slice(0, 10), '--timeout=2m'], { env });
    await ok('reconcile', 'source', 'git', 'app', '-n', 'apps');
    const failed = await waiting;
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /will not be seen by all: Kustomization\/apps\/tree: .*NoSuchKind/);
    assert.match(failed.stdout, /tree +failed/);
    const never = 'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef';
    const late = await runCli(['wait', 'web', '-n', 'apps', '--revision', never, '--timeout=3s', '-o', 'json'], { env });
    assert.equal(late.code, 1);
    assert.match(late.stderr, /"code": "objects\/timeout"/);
    assert.equal((JSON.parse(late.stdout) as { isDone: boolean }).isDone, false);
  });
});

function object(name: string): K8sObject {
  return { apiVersion: KUSTOMIZATION.apiVersion, kind: 'Kustomization', metadata: { name, namespace: 'apps' } };
}

function specOf(path: string): JsonObject {
  return { interval: '1h', path, prune: false, serviceAccountName: 'team', sourceRef: { kind: 'GitRepository', name: 'app' } };
}

/** Waits until so many Leases of controllers are held: before that a controller runs, but does not work yet. */
async function leading(kube: KubeClient, count: number): Promise<void> {
  const held = new Set<string>();
  const leases = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
  for await (const event of kube.watch(leases, { namespace: 'flux-system', signal: AbortSignal.timeout(60_000) })) {
    if (event.type === 'SYNCED' || readText(event.object, 'spec', 'holderIdentity') === '') continue;
    held.add(event.object.metadata.name);
    if (held.size >= count) return;
  }
  assert.fail(`only ${[...held].join(', ')} held`);
}

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: apps\ndata:\n  name: ${name}\n`;
}
