import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, openCliWorld, readyOf } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const AZURE = 'https://dev.azure.com/org/project/_git/fleet';
const GATE = '--feature-gates=ObjectLevelWorkloadIdentity=true';
const CLUSTER = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod';

/** What a report of `drive` says of a failed object. */
interface Failed {
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

// No cloud is asked here: what is held is what a run says, and leaves in the cluster, before it could.
describe('what a driven run says of clouds', () => {
  let sandbox: TestSandbox;
  let git: GitServer;
  let world: CliWorld;
  let serial = 0;

  before(async () => {
    sandbox = await useSandbox();
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await sandbox?.close();
  });

  beforeEach(async () => {
    world = await openCliWorld(sandbox.kubeconfigPath, `clouds-${process.pid}-${serial++}`);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
  });

  afterEach(() => world.close());

  async function drive(...flags: string[]): Promise<{ source: Failed | undefined; kustomization: Failed | undefined }> {
    const run = await world.run(['drive', '-n', world.namespace, '-o', 'json', ...flags]);
    assert.equal(run.code, 1, run.stderr);
    const report = JSON.parse(run.stdout) as { sources: Failed[]; kustomizations: Failed[] };
    return { source: report.sources[0], kustomization: report.kustomizations[0] };
  }
  const stalled = async (): Promise<string> => {
    const conditions = readList(await world.source('app'), 'status', 'conditions');
    return readText(conditions.find((one) => readText(one, 'type') === 'Stalled') ?? null, 'reason');
  };

  it('a source: cloud/gate-disabled, cloud/bad-account', async () => {
    await world.createSource('app', { url: AZURE, provider: 'azure', serviceAccountName: 'git' });
    assert.equal((await drive()).source?.error?.code, 'cloud/gate-disabled');
    assert.equal(readyOf(await world.source('app')), 'False FeatureGateDisabled');
    assert.equal(await stalled(), 'FeatureGateDisabled');

    const { source } = await drive(GATE);
    assert.equal(source?.error?.code, 'cloud/bad-account');
    assert.match(source.error.message, /failed to get service account '.*\/git': ServiceAccount "git" not found$/);
    assert.equal(readyOf(await world.source('app')), 'False AuthenticationFailed');
    assert.equal(await stalled(), '');
  });

  it('a source elsewhere gets no token: cloud/bad-git-url', async () => {
    await world.createSource('app', { url: 'https://evil.test/org/project/_git/fleet', provider: 'azure' });
    assert.equal((await drive()).source?.error?.code, 'cloud/bad-git-url');
    assert.equal(readyOf(await world.source('app')), 'False AuthenticationFailed');
  });

  it('another cluster: cloud/bad-cluster, cloud/gate-disabled, and an account without the annotation', async () => {
    const { kube, namespace } = world;
    await git.create(namespace);
    await git.commitFiles(namespace, { 'deploy/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' }, 'Begin');
    await world.createSource('app', { url: git.urlOf(namespace) });
    await world.createKustomization('app', { kubeConfig: { configMapRef: { name: 'remote' } } });
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'remote', namespace } };
    await kube.create({ ...map, data: { provider: 'aws', cluster: 'prod' } });
    const codeOf = async (...flags: string[]) => (await drive(...flags)).kustomization?.error?.code;
    assert.equal(await codeOf(), 'cloud/bad-cluster');
    assert.equal(readyOf(await world.kustomization('app')), 'False ReconciliationFailed');

    await kube.apply({ ...map, data: { provider: 'aws', cluster: CLUSTER } }, { fieldManager: 'test', force: true });
    assert.equal(await codeOf('--default-service-account=default'), 'reconcile/unsupported');

    const data = { provider: 'aws', cluster: CLUSTER, serviceAccountName: 'deployer' };
    await kube.apply({ ...map, data }, { fieldManager: 'test', force: true });
    assert.equal(await codeOf(), 'cloud/gate-disabled');
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace } });
    const { kustomization } = await drive(GATE);
    assert.equal(kustomization?.error?.code, 'cloud/bad-account');
    assert.match(kustomization.error.message, /^invalid eks\.amazonaws\.com\/role-arn annotation: ''/);
    assert.equal(
      await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' }),
      undefined,
      'nothing was applied here',
    );
  });
});
