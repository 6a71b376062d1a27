import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, inventoryOf, openCliWorld, readyOf } from '../support/cli-world.ts';
import { type CommitContent, type GitServer, startGitServer } from '../support/git-server.ts';
import type { CliRun } from '../support/run-cli.ts';
import { useSandbox } from '../support/sandbox.ts';

const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: "1"\n`;

describe('what bad repositories get', { timeout: 120_000 }, () => {
  let world: CliWorld;
  let git: GitServer;

  before(async () => {
    const { kubeconfigPath } = await useSandbox();
    world = await openCliWorld(kubeconfigPath, `bad-manifests-${process.pid}`);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await world?.close();
  });

  /** Drives a Kustomization on a repository with these files. */
  const drive = async (name: string, files: Readonly<Record<string, CommitContent>>, spec: JsonObject = {}): Promise<CliRun> => {
    await git.create(name);
    await git.commitFiles(name, files, 'Begin');
    await world.createSource(name, { url: git.urlOf(name) });
    await world.createKustomization(name, spec);
    return again(name);
  };
  const again = (name: string): Promise<CliRun> =>
    world.run(['reconcile', 'kustomization', name, '-n', world.namespace, '--with-source', '--drive', '-o', 'json']);
  /** Nothing was applied, and the status says why. */
  const assertUntouched = async (name: string, reason: string): Promise<void> => {
    const kustomization = await world.kustomization(name);
    assert.equal(readyOf(kustomization), `False ${reason}`);
    // Once applying has begun, the inventory has what is about to be written.
    if (reason !== 'ReconciliationFailed') assert.deepEqual(inventoryOf(kustomization), []);
    const owned = await world.kube.list(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { namespace: world.namespace, labelSelector: `kustomize.toolkit.fluxcd.io/name=${name}` },
    );
    assert.deepEqual(owned.items, []);
  };

  it('a path that the repository does not have', async () => {
    const run = await drive('path', { 'deploy/conf.yaml': config('path') }, { path: './depoly' });
    assertFails(run, 'reconcile/path-not-found', /depoly/, /spec\.path|deploy/);
    await assertUntouched('path', 'ArtifactFailed');
  });

  it('a resource that leads out of the repository', async () => {
    const files = {
      'deploy/kustomization.yaml': 'resources:\n- conf.yaml\n- ../../../../etc/passwd\n',
      'deploy/conf.yaml': config('out'),
    };
    assertFails(await drive('out', files), 'kustomize/not-found', /\.\.\/\.\.\/etc\/passwd/, /leads above the root/);
    await assertUntouched('out', 'BuildFailed');
  });

  it('a file of a generator that leads out of the repository', async () => {
    const files = {
      'deploy/kustomization.yaml': 'configMapGenerator:\n- name: leak\n  files:\n  - ../../../etc/hostname\n',
    };
    assertFails(await drive('generator', files), 'kustomize/not-found', /etc\/hostname/, /leads above the root/);
    await assertUntouched('generator', 'BuildFailed');
  });

  it('a link that leads out of the repository', async () => {
    const files = {
      'deploy/kustomization.yaml': 'resources:\n- conf.yaml\nconfigMapGenerator:\n- name: leak\n  files:\n  - passwd\n',
      'deploy/conf.yaml': config('link'),
      'deploy/passwd': { link: '/etc/passwd' },
    };
    assertFails(await drive('link', files), 'kustomize/not-found', /passwd/, /symbolic links/);
    await assertUntouched('link', 'BuildFailed');
  });

  it('a YAML file that breaks off: file, line and column', async () => {
    const broken = `${config('broken')}  other: "no end\n`;
    const run = await drive('broken', { 'deploy/conf.yaml': config('fine'), 'deploy/sub/broken.yaml': broken });
    const error = assertFails(
      run,
      'kustomize/invalid-resource',
      /deploy\/sub\/broken\.yaml.*double quoted/,
      /kustomization\.yaml/,
    );
    assert.deepEqual(error.source, { file: '/deploy/sub/broken.yaml', line: 8, column: 1 });
    assert.match(run.stderr, /^ +\/deploy\/sub\/broken\.yaml:8:1$/m, 'people get the place as well');
    await assertUntouched('broken', 'BuildFailed');
  });

  it('a value that breaks the object it gets into, and a variable that nobody set', async () => {
    const files = { 'deploy/conf.yaml': config('vars').replace('"1"', '${value}') };
    const spec = { postBuild: { substitute: { value: 'canary: [1' } } };
    const broken = await drive('vars', files, spec);
    const error = assertFails(
      broken,
      'reconcile/bad-object',
      /post build failed for 'ConfigMap\.v1\.\[noGrp\]\/vars'/,
      /into quotes/,
    );
    assert.ok(!JSON.stringify(error).includes('canary'), 'a value may be a secret');
    await assertUntouched('vars', 'BuildFailed');
    const unset = await drive('unset', { 'deploy/conf.yaml': config('unset').replace('"1"', '${valeu}') }, spec);
    assertFails(unset, 'envsubst/missing-variable', /post build failed for 'ConfigMap\.v1\.\[noGrp\]\/unset'.*valeu/, /./);
    await assertUntouched('unset', 'BuildFailed');
  });

  it('a kind that the cluster does not know', async () => {
    const unknown = 'apiVersion: example.com/v1\nkind: Gadget\nmetadata:\n  name: thing\n';
    const run = await drive('kind', { 'deploy/conf.yaml': config('kind'), 'deploy/gadget.yaml': unknown });
    assertFails(run, 'ssa/dry-run-failed', /Gadget.* in example\.com\/v1/, /definition/);
    await assertUntouched('kind', 'ReconciliationFailed');
  });

  it('rights that the account does not have: all that is missing is named, nothing is written', async () => {
    const metadata = { name: 'weak', namespace: world.namespace };
    await world.kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: denied\nstringData:\n  a: b\n';
    const files = { 'deploy/conf.yaml': config('denied'), 'deploy/secret.yaml': secret };
    const run = await drive('denied', files, { serviceAccountName: 'weak' });
    const error = assertFails(run, 'rbac/denied', /weak/, /./);
    const text = JSON.stringify(error);
    for (const resource of ['configmaps', 'secrets']) assert.ok(text.includes(resource), text);
    const report = JSON.parse(run.stdout) as { missingRoles: { kind: string }[] };
    assert.deepEqual(report.missingRoles.map(({ kind }) => kind).sort(), ['Role', 'RoleBinding']);
    await assertUntouched('denied', 'ReconciliationFailed');
  });

  it('an object that the server refuses: those before it are not applied either', async () => {
    const bad = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: half\nspec:\n  ports:\n  - port: 123456\n';
    const run = await drive('half', { 'deploy/conf.yaml': config('half'), 'deploy/service.yaml': bad });
    assertFails(run, 'ssa/dry-run-failed', /Service\/\S+\/half .*spec\.ports\[0\]\.port.*123456/, /correct the fields/);
    assert.equal(readyOf(await world.kustomization('half')), 'False ReconciliationFailed');
    const half = { apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'half' };
    assert.equal(await world.kube.get(half), undefined);

    await git.commitFiles('half', { 'deploy/service.yaml': null }, 'Mend');
    const mended = await again('half');
    assert.equal(mended.code, 0, mended.stderr);
    assert.deepEqual(inventoryOf(await world.kustomization('half')), [`${world.namespace}_half__ConfigMap`]);
  });
});
