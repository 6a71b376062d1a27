import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, inventoryOf, openCliWorld, readyOf } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type CommitContent, type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const NAMES = ['a', 'b', 'c', 'd'];

describe('--prune-limit and --protect-kinds', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let world: CliWorld;
  let serial = 0;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  beforeEach(async () => {
    const namespace = `guard-${process.pid}-${serial++}`;
    world = await openCliWorld(sandbox.kubeconfigPath, namespace);
    await git.create(namespace);
    await world.createSource('app', { url: git.urlOf(namespace) });
  });

  afterEach(() => world.close());

  const commit = (files: Readonly<Record<string, CommitContent>>): Promise<string> =>
    git.commitFiles(world.namespace, files, 'Change');
  const run = (...words: string[]) => world.run([...words, '-n', world.namespace, '-o', 'json']);
  const exists = async (kind: string, name: string): Promise<boolean> => {
    const live = await kube.get({ apiVersion: 'v1', kind, namespace: world.namespace, name });
    return live !== undefined && live.metadata.deletionTimestamp === undefined;
  };
  const mapId = (name: string): string => `${world.namespace}_${name}__ConfigMap`;

  /** Four ConfigMaps are there, and the next commit has only the last, and a new one. */
  const shrink = async (): Promise<void> => {
    await world.createKustomization('app');
    await commit(Object.fromEntries(NAMES.map((name) => [`deploy/${name}.yaml`, configMap(name)])));
    assert.equal((await run('drive')).code, 0);
    await commit({ 'deploy/a.yaml': null, 'deploy/b.yaml': null, 'deploy/c.yaml': null, 'deploy/new.yaml': configMap('new') });
  };

  it('reconcile/prune-limit: deletes nothing, applies what is new, and tracks all of it until it may', async () => {
    await shrink();
    const refused = await run('drive', '--prune-limit=50%');
    assert.equal(refused.code, 1);
    const report = JSON.parse(refused.stdout) as {
      kustomizations: { counts: object; error: { code: string; message: string; details: { objects: object[] } } }[];
    };
    const [kustomization] = report.kustomizations;
    assert.equal(kustomization?.error.code, 'reconcile/prune-limit');
    assert.match(kustomization.error.message, /would delete 3 of its 4 objects, and the limit is 50%: ConfigMap\/.*\/c, /);
    assert.equal(kustomization.error.details.objects.length, 3);
    assert.deepEqual(kustomization.counts, { created: 1, configured: 0, unchanged: 1, skipped: 0, pruned: 0 });
    const stopped = await world.kustomization('app');
    assert.equal(readyOf(stopped), 'False PruneFailed');
    assert.deepEqual(inventoryOf(stopped), [...NAMES, 'new'].map(mapId));

    assert.equal((await run('reconcile', 'kustomization', 'app', '--drive', '--prune-limit=2')).code, 1);
    for (const name of NAMES) assert.equal(await exists('ConfigMap', name), true);

    const done = await run('reconcile', 'kustomization', 'app', '--drive', '--prune-limit=3');
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(inventoryOf(await world.kustomization('app')), ['d', 'new'].map(mapId));
    for (const name of ['a', 'b', 'c']) assert.equal(await exists('ConfigMap', name), false);
  });

  it('holds when a Kustomization is deleted: delete --drive does not even ask for it', async () => {
    await shrink();
    const refused = await run('delete', 'kustomization', 'app', '--drive', '--silent', '--prune-limit=3');
    assertFails(refused, 'reconcile/prune-limit', /would delete 4 of its 4 objects/, /raise --prune-limit/);
    assert.equal((await world.kustomization('app'))?.metadata.deletionTimestamp, undefined);
  });

  it('holds for the finalizer of one that somebody else deleted, whatever its deletionPolicy', async () => {
    await world.createKustomization('app', { prune: false, deletionPolicy: 'Delete' });
    await commit({ 'deploy/a.yaml': configMap('a'), 'deploy/claim.yaml': claim('1Gi') });
    assert.equal((await run('drive')).code, 0);
    const { apiVersion = '', kind = '' } = (await world.kustomization('app')) ?? {};
    await kube.delete({ apiVersion, kind, namespace: world.namespace, name: 'app' });
    const refused = await run('drive', '--protect-kinds');
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /reconcile\/protected-kind/);
    assert.deepEqual([await exists('ConfigMap', 'a'), await exists('PersistentVolumeClaim', 'data')], [true, true]);
    assert.deepEqual((await world.kustomization('app'))?.metadata.finalizers, ['finalizers.fluxcd.io']);
    assert.equal((await run('drive', '--protect-kinds=Namespace')).code, 0);
    assert.equal(await world.kustomization('app'), undefined);
  });

  it('reconcile/protected-kind: force does not delete one to make it anew, while a limit lets others be', async () => {
    await world.createKustomization('app', { force: true });
    await commit({ 'deploy/claim.yaml': claim('1Gi'), 'deploy/fixed.yaml': fixed('1') });
    assert.equal((await run('drive')).code, 0);
    const before = await kube.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: world.namespace, name: 'data' });
    await commit({ 'deploy/claim.yaml': claim('1Gi', 'ReadWriteMany'), 'deploy/fixed.yaml': fixed('2') });
    const refused = await run('reconcile', 'kustomization', 'app', '--drive', '--with-source', '--protect-kinds');
    assertFails(refused, 'reconcile/protected-kind', /force would delete it to make it anew/, /take the change back/);
    const after = await kube.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: world.namespace, name: 'data' });
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    await commit({ 'deploy/claim.yaml': claim('1Gi') });
    const done = await run('reconcile', 'kustomization', 'app', '--drive', '--with-source', '--protect-kinds', '--prune-limit=0');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /"created": 1/);
  });

  it('usage/bad-value: a controller knows no limit', async () => {
    const refused = await run('reconcile', 'kustomization', 'app', '--prune-limit=1');
    assert.match(refused.stderr, /usage\/bad-value.*--prune-limit goes with --drive only/s);
  });
});

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
}

function fixed(value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\nimmutable: true\ndata: {value: "${value}"}\n`;
}

function claim(size: string, mode = 'ReadWriteOnce'): string {
  return `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [${mode}], resources: {requests: {storage: ${size}}}}\n`;
}
