import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { createStory, drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

describe('drive() against a real API server', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;

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

  it('applies a commit and leaves the status that the controllers would leave', async () => {
    const { namespace, commit } = await prepare(kube, git, { 'deploy/config.yaml': configMap('hello', 'git') });
    const story = createStory();
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube, story));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.deepEqual(report.kustomizations[0]?.counts, { created: 1, configured: 0, unchanged: 0, skipped: 0, pruned: 0 });
    assert.ok(story.lines.includes(`✔ ConfigMap/${namespace}/hello created`), story.lines.join('\n'));

    const live = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'hello' });
    assert.equal(readText(live, 'data', 'from'), 'git');
    assert.equal(live?.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'], 'app');
    assert.deepEqual(
      live?.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`),
      ['kustomize-controller Apply'],
    );

    const revision = `main@sha1:${commit}`;
    const kustomization = await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' });
    assert.deepEqual(kustomization?.metadata.finalizers, ['finalizers.fluxcd.io']);
    assert.equal(readText(kustomization, 'status', 'lastAppliedRevision'), revision);
    assert.equal(readText(kustomization, 'status', 'lastAttemptedRevision'), revision);
    assert.equal(readPath(kustomization, 'status', 'observedGeneration'), kustomization?.metadata.generation);
    assert.deepEqual(readPath(kustomization, 'status', 'inventory', 'entries'), [
      { id: `${namespace}_hello__ConfigMap`, v: 'v1' },
    ]);
    assert.deepEqual(conditionsOf(kustomization), [`Ready True ReconciliationSucceeded Applied revision: ${revision}`]);
    assert.equal(readList(kustomization, 'status', 'history').length, 1);

    const source = await kube.get({ apiVersion: SOURCE, kind: 'GitRepository', namespace, name: 'app' });
    assert.deepEqual(conditionsOf(source), [
      `Ready True Succeeded stored artifact for revision '${revision}'`,
      `ArtifactInStorage True Succeeded stored artifact for revision '${revision}'`,
    ]);
    assert.equal(readText(source, 'status', 'artifact', 'revision'), revision);
    assert.match(readText(source, 'status', 'artifact', 'digest'), /^sha256:[0-9a-f]{64}$/);
  });

  it('writes nothing the second time', async () => {
    const { namespace } = await prepare(kube, git, { 'deploy/config.yaml': configMap('same', 'git') });
    const selection = { from: 'names', namespace, names: ['app'] } as const;
    await drive(selection, drivePorts(kube));
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'same' };
    const first = await kube.get(ref);
    const report = await drive(selection, drivePorts(kube));
    assert.equal(report.kustomizations[0]?.counts.unchanged, 1);
    assert.equal((await kube.get(ref))?.metadata.resourceVersion, first?.metadata.resourceVersion);
  });

  it('prunes what a commit removes, and what is not its own any more it leaves alone', async () => {
    const { namespace } = await prepare(kube, git, {
      'deploy/a.yaml': configMap('stays', '1'),
      'deploy/b.yaml': configMap('goes', '1'),
      'deploy/c.yaml': configMap('moved', '1'),
    });
    const selection = { from: 'names', namespace, names: ['app'] } as const;
    await drive(selection, drivePorts(kube));
    const moved = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'moved' };
    await kube.patch(moved, { metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'other' } } }, { type: 'merge' });
    await git.commitFiles(namespace, { 'deploy/b.yaml': null, 'deploy/c.yaml': null }, 'Remove two');
    const report = await drive(selection, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.deepEqual(report.kustomizations[0]?.counts, { created: 0, configured: 0, unchanged: 1, skipped: 1, pruned: 1 });
    assert.equal(await kube.get({ ...moved, name: 'goes' }), undefined);
    assert.notEqual(await kube.get(moved), undefined);
  });

  it('refuses before anything is written when the account lacks rights, and names them all', async () => {
    const { namespace } = await prepare(
      kube,
      git,
      { 'deploy/a.yaml': configMap('one', '1'), 'deploy/b.yaml': serviceYaml('two') },
      { serviceAccountName: 'tenant' },
    );
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tenant', namespace } });
    await grant(kube, namespace, 'tenant', ['configmaps']);
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    const [kustomization] = report.kustomizations;
    assert.equal(report.isDone, false);
    assert.equal(kustomization?.error?.code, 'rbac/denied');
    assert.equal(kustomization?.user, `system:serviceaccount:${namespace}:tenant`);
    assert.match(kustomization?.error?.message ?? '', /1 of 2 objects need rights that tenant lacks/);
    assert.equal(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'one' }), undefined);
    for (const object of kustomization?.missingRoles ?? []) await kube.create(object);
    const again = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(again.isDone, true, JSON.stringify(again, null, 2));
    const live = await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' });
    assert.equal(readText(live, 'status', 'conditions', '0', 'type'), '');
    assert.equal(conditionsOf(live).length, 1);
  });

  it('says so when the account does not exist', async () => {
    const files = { 'deploy/a.yaml': configMap('one', '1') };
    const { namespace } = await prepare(kube, git, files, { serviceAccountName: 'nobody' });
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    const error = report.kustomizations[0]?.error;
    assert.equal(error?.code, 'rbac/denied');
    assert.match(String(error?.['hint']), /does not exist/);
    const live = await kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' });
    assert.match(conditionsOf(live).join('\n'), /Ready False ReconciliationFailed refused before anything was written/);
    assert.equal(readPath(live, 'status', 'inventory'), undefined);
  });

  it('reconciles dependencies in their order', async () => {
    const { namespace } = await prepare(kube, git, {
      'deploy/a.yaml': configMap('app', '1'),
      'base/b.yaml': configMap('base', '1'),
    });
    await kube.create(kustomizationObject(namespace, 'base', './base', {}));
    await kube.patch(
      { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' },
      { spec: { dependsOn: [{ name: 'base' }] } },
      { type: 'merge' },
    );
    const report = await drive({ from: 'cluster', namespace }, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.deepEqual(
      report.kustomizations.map(({ name }) => name),
      ['base', 'app'],
    );
  });

  it('works from files alone, without Flux definitions in the way', async () => {
    const { namespace } = await prepare(kube, git, { 'deploy/a.yaml': configMap('filed', '1') });
    const objects: K8sObject[] = [
      repositoryObject(namespace, 'filed', git.urlOf(namespace)),
      kustomizationObject(namespace, 'filed', './deploy', { sourceRef: { kind: 'GitRepository', name: 'filed' } }),
    ];
    const report = await drive({ from: 'objects', objects }, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    await git.commitFiles(namespace, { 'deploy/a.yaml': null, 'deploy/b.yaml': configMap('next', '1') }, 'Rename');
    const again = await drive({ from: 'objects', objects }, drivePorts(kube));
    assert.deepEqual(again.kustomizations[0]?.counts, { created: 1, configured: 0, unchanged: 0, skipped: 0, pruned: 1 });
    const kept = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'flux-filed' });
    assert.match(readText(kept, 'data', 'status.json'), /_next__ConfigMap/);
  });

  it('refuses while a controller holds its Lease, and gives the Lease back afterwards', async () => {
    const { namespace } = await prepare(kube, git, { 'deploy/a.yaml': configMap('leased', '1') });
    const lease: K8sObject = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'kustomize-controller-leader-election', namespace },
      spec: {
        holderIdentity: 'kustomize-controller-5d9c7_1',
        leaseDurationSeconds: 35,
        renewTime: new Date().toISOString().replace('Z', '000Z'),
      },
    };
    await kube.create(lease);
    const selection = { from: 'names', namespace, names: ['app'] } as const;
    await assert.rejects(drive(selection, drivePorts(kube), { fluxNamespace: namespace }), (error) => {
      assert.ok(isFluxError(error, 'lease/held'));
      assert.match(error.message, /kustomize-controller-5d9c7_1/);
      return true;
    });
    const ref = { apiVersion: lease.apiVersion, kind: lease.kind, namespace, name: lease.metadata.name };
    await kube.patch(ref, { spec: { holderIdentity: '' } }, { type: 'merge' });
    const report = await drive(selection, drivePorts(kube), { fluxNamespace: namespace });
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.equal(readText(await kube.get(ref), 'spec', 'holderIdentity'), '');
  });
});

let serial = 0;

async function prepare(
  kube: KubeClient,
  git: GitServer,
  files: Readonly<Record<string, string>>,
  spec: Readonly<Record<string, string>> = {},
): Promise<{ namespace: string; commit: string }> {
  const namespace = `drive-${process.pid}-${serial++}`;
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await git.create(namespace);
  const commit = await git.commitFiles(namespace, files, 'Begin');
  await kube.create(repositoryObject(namespace, 'app', git.urlOf(namespace)));
  await kube.create(kustomizationObject(namespace, 'app', './deploy', spec));
  return { namespace, commit };
}

function repositoryObject(namespace: string, name: string, url: string): K8sObject {
  return {
    apiVersion: SOURCE,
    kind: 'GitRepository',
    metadata: { name, namespace },
    spec: { interval: '10m', url, ref: { branch: 'main' } },
  };
}

function kustomizationObject(namespace: string, name: string, path: string, spec: K8sObject['spec'] & {}): K8sObject {
  return {
    apiVersion: KUSTOMIZE,
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      interval: '10m',
      path,
      prune: true,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      ...(spec as object),
    },
  };
}

function configMap(name: string, from: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {from: "${from}"}\n`;
}

function serviceYaml(name: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`;
}

async function grant(kube: KubeClient, namespace: string, account: string, resources: string[]): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await kube.create({
    apiVersion,
    kind: 'Role',
    metadata: { name: account, namespace },
    rules: [{ apiGroups: [''], resources, verbs: ['get', 'create', 'patch', 'delete'] }],
  });
  await kube.create({
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: account, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
}

function conditionsOf(object: K8sObject | undefined): string[] {
  return readList(object, 'status', 'conditions').map((condition) =>
    ['type', 'status', 'reason', 'message'].map((field) => readText(condition, field)).join(' '),
  );
}
