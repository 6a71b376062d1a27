import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { conditionLines, configMapFile, KUSTOMIZE_API, prepareApp } from '../support/drive-objects.ts';
import { createStory, drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox, useSandbox } from '../support/sandbox.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';

describe('a Kustomization for another cluster', { timeout: 300_000 }, () => {
  let here: TestSandbox;
  let there: TestSandbox;
  let kube: KubeClient;
  let remote: KubeClient;
  let git: GitServer;
  let kubeconfig: string;
  let serial = 0;
  const nextNamespace = (): string => `remote-${process.pid}-${serial++}`;
  const own = (namespace: string) => kube.get({ apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace, name: 'app' });
  const map = (namespace: string, name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });

  before(async () => {
    here = await useSandbox();
    there = await startSandbox({ name: 'remote', alone: true });
    kube = await connectKube(here.kubeconfigPath);
    remote = await connectKube(there.kubeconfigPath);
    kubeconfig = await readFile(there.kubeconfigPath, 'utf8');
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await remote?.close();
    await kube?.close();
    await there?.close();
    await here?.close();
  });

  /** A repository, a Kustomization that names the other cluster, the Secret, and the namespace in both clusters. */
  async function prepare(files: Readonly<Record<string, string>>, spec: JsonObject = {}): Promise<string> {
    const namespace = nextNamespace();
    await prepareApp(kube, git, namespace, files, { kubeConfig: { secretRef: { name: 'remote' } }, ...spec });
    await kube.create(secretOf(namespace, { value: kubeconfig }));
    await remote.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    return namespace;
  }

  it('applies, prunes and checks health there, and keeps status and inventory here', async () => {
    const namespace = await prepare(
      { 'deploy/a.yaml': configMapFile('stays', '1'), 'deploy/b.yaml': configMapFile('goes', '1') },
      { wait: true },
    );
    await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'goes', namespace }, data: { from: 'here' } });
    const story = createStory();
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube, story));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.equal(report.kustomizations[0]?.cluster, there.server);
    assert.ok(story.lines.includes(`► applying to ${there.server}`), story.lines.join('\n'));
    assert.equal(readText(await remote.get(map(namespace, 'stays')), 'data', 'from'), '1');
    assert.equal(await kube.get(map(namespace, 'stays')), undefined);
    const entries = readList(await own(namespace), 'status', 'inventory', 'entries').map((entry) => readText(entry, 'id'));
    assert.deepEqual(entries, [`${namespace}_goes__ConfigMap`, `${namespace}_stays__ConfigMap`]);
    assert.match(conditionLines(await own(namespace)).join('\n'), /Ready True ReconciliationSucceeded[^]*Healthy True Succeeded/);

    await git.commitFiles(namespace, { 'deploy/b.yaml': null }, 'Remove one');
    const again = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.deepEqual(again.kustomizations[0]?.counts, { created: 0, configured: 0, unchanged: 1, skipped: 0, pruned: 1 });
    assert.equal(await remote.get(map(namespace, 'goes')), undefined);
    assert.equal(readText(await kube.get(map(namespace, 'goes')), 'data', 'from'), 'here', 'the one of the same name here stays');
  });

  it('takes its objects there away when it is deleted, whichever policy says so', async () => {
    const policies: readonly (readonly [JsonObject, boolean])[] = [
      [{}, false],
      [{ prune: false }, true],
      [{ prune: false, deletionPolicy: 'Delete' }, false],
      [{ deletionPolicy: 'WaitForTermination' }, false],
      [{ deletionPolicy: 'Orphan' }, true],
      [{ deletionPolicy: 'MirrorPrune' }, false],
    ];
    for (const [spec, stays] of policies) {
      const namespace = await prepare({ 'deploy/a.yaml': configMapFile('one', '1') }, spec);
      await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
      assert.notEqual(await remote.get(map(namespace, 'one')), undefined);
      await kube.delete({ apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace, name: 'app' });
      const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
      assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
      assert.equal((await remote.get(map(namespace, 'one'))) !== undefined, stays, JSON.stringify(spec));
      assert.equal(await own(namespace), undefined, 'the finalizer is gone');
    }
  });

  it('keeps its finalizer while the other cluster cannot be reached', async () => {
    const namespace = await prepare({ 'deploy/a.yaml': configMapFile('one', '1') });
    await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    await replaceSecret(namespace, kubeconfig.replace(/server: .*/, 'server: https://127.0.0.1:9'));
    await kube.delete({ apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace, name: 'app' });
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(report.kustomizations[0]?.error?.code, 'ssa/delete-failed');
    assert.match(String(report.kustomizations[0]?.error?.message), /127\.0\.0\.1:9/);
    assert.deepEqual((await own(namespace))?.metadata.finalizers, ['finalizers.fluxcd.io']);
    await replaceSecret(namespace, kubeconfig);
    await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(await own(namespace), undefined);
    assert.equal(await remote.get(map(namespace, 'one')), undefined);
  });

  it('acts there under the name of the account, by the rights that it has there', async () => {
    const namespace = await prepare({ 'deploy/a.yaml': configMapFile('one', '1') }, { serviceAccountName: 'tenant' });
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tenant', namespace } });
    await bind(kube, namespace);
    const refused = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(refused.kustomizations[0]?.error?.code, 'rbac/denied', 'rights here count for nothing there');
    assert.equal(refused.kustomizations[0]?.user, `system:serviceaccount:${namespace}:tenant`);
    assert.equal(await remote.get(map(namespace, 'one')), undefined);
    await bind(remote, namespace);
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.notEqual(await remote.get(map(namespace, 'one')), undefined);
  });

  it('logs in with a token of an account here, where a ConfigMap says so', async () => {
    const spec = { kubeConfig: { configMapRef: { name: 'remote' } } };
    const namespace = await prepare({ 'deploy/a.yaml': configMapFile('one', '1') }, spec);
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace } });
    await bind(kube, namespace, 'deployer');
    const authority = /certificate-authority-data: (\S+)/.exec(await readFile(here.kubeconfigPath, 'utf8'))?.[1] ?? '';
    await kube.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'remote', namespace },
      data: {
        provider: 'generic',
        address: here.server,
        audiences: 'https://kubernetes.default.svc.cluster.local',
        'ca.crt': Buffer.from(authority, 'base64').toString('utf8'),
        serviceAccountName: 'deployer',
      },
    });
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.notEqual(await kube.get(map(namespace, 'one')), undefined);
  });

  it('runs no command and reads no file that a kubeconfig names, and says why in the condition', async () => {
    const namespace = await prepare({ 'deploy/a.yaml': configMapFile('one', '1') });
    const user = 'exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [/x], interactiveMode: Never}';
    await replaceSecret(namespace, kubeconfig.replace(/client-certificate-data: .*\n\s*client-key-data: .*/, user));
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(report.kustomizations[0]?.error?.code, 'kube/unsafe-kubeconfig', JSON.stringify(report, null, 2));
    const [ready] = conditionLines(await own(namespace)).filter((line) => line.startsWith('Ready'));
    assert.match(
      String(ready),
      /^Ready False ReconciliationFailed kubeconfig of Secret .* has a command to log in with \(exec\)/,
    );
    assert.equal(readPath(await own(namespace), 'status', 'inventory'), undefined);
    assert.equal(report.kustomizations[0]?.retryAfterMs, 600_000);
  });

  it('says what is missing of the Secret', async () => {
    const namespace = await prepare(
      { 'deploy/a.yaml': configMapFile('one', '1') },
      { kubeConfig: { secretRef: { name: 'remote', key: 'other' } } },
    );
    const report = await drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube));
    assert.equal(report.kustomizations[0]?.error?.code, 'reconcile/kubeconfig-not-found');
    const message = `KubeConfig secret '${namespace}/remote' does not contain a 'other' key with a kubeconfig`;
    assert.ok(conditionLines(await own(namespace)).includes(`Ready False ReconciliationFailed ${message}`));
  });

  async function replaceSecret(namespace: string, text: string): Promise<void> {
    await kube.patch(
      { apiVersion: 'v1', kind: 'Secret', namespace, name: 'remote' },
      { data: secretOf(namespace, { value: text })['data'] as JsonObject },
      { type: 'merge' },
    );
  }
});

function secretOf(namespace: string, texts: Readonly<Record<string, string>>): K8sObject {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'remote', namespace }, data };
}

async function bind(kube: KubeClient, namespace: string, account = 'tenant'): Promise<void> {
  await kube.create({
    apiVersion: RBAC,
    kind: 'RoleBinding',
    metadata: { name: account, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
}
