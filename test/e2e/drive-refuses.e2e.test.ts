import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { acquireLease } from '../../src/lib/engine/lease/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive, type DriveOptions, type DriveReport } from '../../src/lib/features/reconcile/index.ts';
import { clusterStatusStore } from '../../src/lib/features/reconcile/status-store.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {value: "${value:=x}"}\n';

describe('what drive() says when it cannot', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let namespace: string;
  let serial = 0;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    await git.create('repo');
    await git.commitFiles('repo', { 'deploy/conf.yaml': CONFIG }, 'Begin');
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  beforeEach(async () => {
    namespace = `refuse-${process.pid}-${serial++}`;
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  const createSource = (spec: JsonObject = {}): Promise<K8sObject> =>
    kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'app', namespace },
      spec: { interval: '10m', url: git.urlOf('repo'), ref: { branch: 'main' }, ...spec },
    });
  const createKustomization = (spec: JsonObject = {}): Promise<K8sObject> =>
    kube.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name: 'app', namespace },
      spec: {
        interval: '10m',
        path: './deploy',
        prune: true,
        targetNamespace: namespace,
        sourceRef: { kind: 'GitRepository', name: 'app' },
        ...spec,
      },
    });
  const run = (options: DriveOptions = {}): Promise<DriveReport> =>
    drive({ from: 'names', namespace, names: ['app'] }, drivePorts(kube), { ...options, fluxNamespace: namespace });
  const readyOf = async (kind: 'GitRepository' | 'Kustomization'): Promise<string> => {
    const apiVersion = kind === 'GitRepository' ? SOURCE : KUSTOMIZE;
    const object = await kube.get({ apiVersion, kind, namespace, name: 'app' });
    const ready = readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
    return `${readText(ready, 'status')} ${readText(ready, 'reason')}`;
  };

  it('reconcile/not-found: a name that is not there', async () => {
    await assert.rejects(run(), (error) => isFluxError(error, 'reconcile/not-found'));
  });

  it('reconcile/source-not-found', async () => {
    await createKustomization();
    assert.equal((await run()).kustomizations[0]?.error?.code, 'reconcile/source-not-found');
    assert.equal(await readyOf('Kustomization'), 'False ArtifactFailed');
  });

  it('reconcile/no-artifact, reconcile/secret-not-found: a source whose login is missing', async () => {
    await createSource({ secretRef: { name: 'login' } });
    await createKustomization();
    const report = await run();
    assert.equal(report.sources[0]?.error?.code, 'reconcile/secret-not-found');
    assert.equal(await readyOf('GitRepository'), 'False AuthenticationFailed');
    assert.equal(report.kustomizations[0]?.error?.code, 'reconcile/no-artifact');
    assert.equal(await readyOf('Kustomization'), 'False ArtifactFailed');
  });

  it('reconcile/unsupported: a login of a cloud is not passed over where there is none at hand', async () => {
    await createSource({ provider: 'azure' });
    await createKustomization();
    const report = await run();
    assert.equal(report.sources[0]?.error?.code, 'reconcile/unsupported');
    assert.equal(report.isDone, false);
  });

  it('reconcile/not-verified: takes only what a trusted key has signed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flux-ts-sign-'));
    try {
      const key = join(folder, 'key');
      await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      const sshpub = await readFile(`${key}.pub`, 'utf8');
      await kube.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'keys', namespace },
        stringData: { 'me.sshpub': sshpub },
      });
      await git.create(namespace);
      const unsigned = await git.commitFiles(namespace, { 'deploy/conf.yaml': CONFIG }, 'Begin');
      await createSource({ url: git.urlOf(namespace), verify: { mode: 'HEAD', secretRef: { name: 'keys' } } });
      await createKustomization();
      const refused = await run();
      assert.equal(refused.sources[0]?.error?.code, 'reconcile/not-verified');
      assert.equal(await readyOf('GitRepository'), 'False InvalidCommitSignature');
      assert.equal(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'conf' }), undefined);

      const sign = ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}`, 'commit-tree', '-S', '-m', 'Sign'];
      const signed = (await git.git(namespace, ...sign, '-p', unsigned, `${unsigned}^{tree}`)).trim();
      await git.git(namespace, 'update-ref', 'refs/heads/main', signed);
      const report = await run();
      assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
      const source = await kube.get({ apiVersion: SOURCE, kind: 'GitRepository', namespace, name: 'app' });
      assert.equal(readText(source, 'status', 'sourceVerificationMode'), 'HEAD');
      const verified = readList(source, 'status', 'conditions').find((one) => readText(one, 'type') === 'SourceVerified');
      assert.match(
        readText(verified, 'message'),
        new RegExp(`^verified signature of\\n\\t- commit '${signed}' with key 'SHA256:`),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('reconcile/sparse-path', async () => {
    await createSource({ sparseCheckout: ['nowhere'] });
    await createKustomization();
    assert.equal((await run()).sources[0]?.error?.code, 'reconcile/sparse-path');
    assert.equal(await readyOf('GitRepository'), 'False GitOperationFailed');
  });

  it('reconcile/bad-revision: an artifact that no commit stands behind', async () => {
    const source = await createSource();
    const artifact = {
      revision: 'latest',
      digest: 'sha256:0',
      path: 'x',
      url: 'http://x',
      lastUpdateTime: '2026-01-01T00:00:00Z',
    };
    await kube.patch(
      { apiVersion: SOURCE, kind: 'GitRepository', namespace, name: source.metadata.name },
      { status: { artifact } },
      { type: 'merge', subresource: 'status' },
    );
    await createKustomization();
    assert.equal((await run({ withSources: false })).kustomizations[0]?.error?.code, 'reconcile/bad-revision');
  });

  it('reconcile/access-denied: a source in another namespace, where those are blocked', async () => {
    await createKustomization({ sourceRef: { kind: 'GitRepository', name: 'app', namespace: 'default' } });
    const report = await run({ noCrossNamespaceRefs: true });
    assert.equal(report.kustomizations[0]?.error?.code, 'reconcile/access-denied');
    assert.equal(
      report.kustomizations[0]?.error?.message,
      "can't access 'GitRepository/default/app', cross-namespace references have been blocked",
    );
    assert.equal(await readyOf('Kustomization'), 'False AccessDenied');
  });

  it('reconcile/path-not-found', async () => {
    await createSource();
    await createKustomization({ path: './elsewhere' });
    assert.equal((await run()).kustomizations[0]?.error?.code, 'reconcile/path-not-found');
    assert.equal(await readyOf('Kustomization'), 'False ArtifactFailed');
  });

  it('reconcile/variables-not-found and reconcile/bad-variable-name', async () => {
    await createSource();
    await createKustomization({ postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] } });
    assert.equal((await run()).kustomizations[0]?.error?.code, 'reconcile/variables-not-found');
    await kube.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vars', namespace },
      data: { 'not-a-name': '1' },
    });
    assert.equal((await run()).kustomizations[0]?.error?.code, 'reconcile/bad-variable-name');
    assert.equal(await readyOf('Kustomization'), 'False BuildFailed');
  });

  it('reconcile/bad-object: a value that breaks its object', async () => {
    await git.create(namespace);
    const text = CONFIG.replace('kind: ConfigMap', 'kind: ${kind}');
    await git.commitFiles(namespace, { 'deploy/conf.yaml': text }, 'Begin');
    await createSource({ url: git.urlOf(namespace) });
    await createKustomization({ postBuild: { substitute: { kind: '[]' } } });
    assert.equal((await run()).kustomizations[0]?.error?.code, 'reconcile/bad-object');
  });

  it('reconcile/no-decryption: encrypted sources are not applied as they are', async () => {
    await createSource();
    await createKustomization({ decryption: { provider: 'sops' } });
    const { decrypt: _decrypt, ...ports } = drivePorts(kube);
    const report = await drive({ from: 'names', namespace, names: ['app'] }, ports, { fluxNamespace: namespace });
    assert.equal(report.kustomizations[0]?.error?.code, 'reconcile/no-decryption');
  });

  it('reconcile/gone: an object that is deleted meanwhile', async () => {
    const object = await createKustomization();
    const store = clusterStatusStore(object, kube, 'gotk-kustomize-controller');
    const ref = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' };
    await kube.patch(ref, { metadata: { labels: { a: 'b' } } }, { type: 'merge' });
    await store.update({ fields: { lastAttemptedRevision: 'x' } });
    await kube.patch(ref, { metadata: { labels: { a: 'c' } } }, { type: 'merge' });
    await kube.delete(ref);
    await assert.rejects(store.update({ fields: { lastAttemptedRevision: 'y' } }), (error) => {
      assert.ok(isFluxError(error, 'reconcile/gone') || isFluxError(error, 'kube/not-found'), String(error));
      return true;
    });
  });

  it('lets a deleted Kustomization go, with its objects', async () => {
    await createSource();
    await createKustomization();
    assert.equal((await run()).isDone, true);
    const ref = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' };
    await kube.delete(ref);
    assert.notEqual(await kube.get(ref), undefined);
    const report = await run({ withSources: false });
    assert.deepEqual(report.kustomizations[0]?.counts.pruned, 1);
    assert.equal(await kube.get(ref), undefined);
    assert.equal(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'conf' }), undefined);
  });

  it('lease/lost: somebody took the Lease away', async () => {
    const clock = {
      now: () => Date.now(),
      sleep: async (ms: number, signal?: AbortSignal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
    };
    const held = await acquireLease(kube, { namespace, name: 'test', identity: 'me', clock, retryMs: 50 });
    assert.ok(held !== undefined);
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'test' };
    await kube.patch(ref, { spec: { holderIdentity: 'other' } }, { type: 'merge' });
    for (let turn = 0; !held.lost.aborted && turn < 100; turn++) await sleep(50);
    assert.ok(isFluxError(held.lost.reason, 'lease/lost'));
    await held.release();
    assert.equal(readText(await kube.get(ref), 'spec', 'holderIdentity'), 'other');
    const missing = await acquireLease(kube, { namespace: `${namespace}-missing`, name: 'test', identity: 'me', clock });
    assert.equal(missing, undefined);
  });
});
