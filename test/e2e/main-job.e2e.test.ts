import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { TEAM_CHANGE, TEAM_ESCAPE, TEAM_FILES } from '../../tools/demo/team-files.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { findSshd, type SshServer, startSshServer } from '../support/ssh-server.ts';

const PASSWORD = 'correct-horse-battery';

/** The job that the product is for, from an empty machine to a tenant that is held to its rights. Each step builds on the last. */
describe('the main job', { timeout: 300_000 }, () => {
  let state = '';
  let env: Record<string, string> = {};
  let kube: KubeClient;
  let fleet: GitServer;
  let ssh: SshServer | undefined;
  let noSsh = '';
  let keyFile = '';

  const cli = (...argv: string[]): Promise<CliRun> => runCli(argv, { env, cwd: state });
  const ok = async (...argv: string[]): Promise<CliRun> => {
    const run = await cli(...argv);
    assert.equal(run.code, 0, `flux-ts ${argv.join(' ')}\n${run.stdout}${run.stderr}`);
    return run;
  };
  const team = () => ssh ?? fleet;
  const ref = (apiVersion: string, kind: string, namespace: string, name: string) => ({ apiVersion, kind, namespace, name });
  const applied = (object: K8sObject | undefined) =>
    readList(object, 'status', 'inventory', 'entries').map((entry) => readText(entry, 'id'));
  const web = () => kube.get(ref('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'apps', 'web'));

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'flux-ts-main-job-'));
    env = {
      HOME: homedir(),
      XDG_STATE_HOME: state,
      ...(process.env['XDG_CACHE_HOME'] === undefined ? {} : { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] }),
      ...(process.env['KUBEBUILDER_ASSETS'] === undefined ? {} : { KUBEBUILDER_ASSETS: process.env['KUBEBUILDER_ASSETS'] }),
    };
    fleet = await startGitServer({ user: 'git', password: PASSWORD });
    const sshd = await findSshd();
    if ('missing' in sshd) {
      noSsh = sshd.missing;
    } else {
      keyFile = join(state, 'team-key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', keyFile]);
      ssh = await startSshServer(sshd, [readFileSync(`${keyFile}.pub`, 'utf8')]);
    }
    await fleet.create('fleet');
    await team().create('team');
    await team().commitFiles('team', TEAM_FILES, 'Add the web application');
  });

  after(async () => {
    await kube?.close();
    await cli('sandbox', 'down', '--name=job');
    await ssh?.close();
    await fleet?.close();
    rmSync(state, { recursive: true, force: true });
  });

  it('1. brings a real control plane up, and says where it is', async () => {
    const { stdout } = await ok('sandbox', 'up', '--name=job', '-o', 'json');
    const sandbox = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual(Object.keys(sandbox).sort(), ['kubeconfig', 'kubernetesVersion', 'name', 'server']);
    env['KUBECONFIG'] = sandbox['kubeconfig'] ?? '';
    kube = await connectKube(env['KUBECONFIG']);
    assert.equal((await kube.serverVersion())['gitVersion'], sandbox['kubernetesVersion']);
    assert.equal((await ok('sandbox', 'kubeconfig', '--name=job')).stdout, readFileSync(env['KUBECONFIG'], 'utf8'));
  });

  it('2. bootstraps: commits Flux, applies it, and reconciles the commit', async () => {
    const args = ['bootstrap', 'git', `--url=${fleet.urlOf('fleet')}`, '--branch=main', '--path=clusters/demo'];
    const login = ['--token-auth', '--allow-insecure-http', '--silent', `--password=${PASSWORD}`, '--drive'];
    await ok(...args, ...login);
    const files = (await fleet.git('fleet', 'ls-tree', '-r', '--name-only', 'main')).split('\n');
    const folder = 'clusters/demo/flux-system';
    assert.deepEqual(files, [`${folder}/gotk-components.yaml`, `${folder}/gotk-sync.yaml`, `${folder}/kustomization.yaml`]);
    assert.equal(
      await fleet.git('fleet', 'log', '--format=%s', 'main'),
      'Add Flux sync manifests\nAdd Flux v2.9.4 component manifests',
    );
    const sync = await kube.get(ref('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'flux-system', 'flux-system'));
    const head = await fleet.git('fleet', 'rev-parse', 'main');
    assert.equal(readText(sync, 'status', 'lastAppliedRevision'), `main@sha1:${head}`);
    assert.ok(applied(sync).includes('flux-system_source-controller_apps_Deployment'));
    const before = await fleet.git('fleet', 'rev-parse', 'main');
    await ok(...args, ...login);
    assert.equal(await fleet.git('fleet', 'rev-parse', 'main'), before, 'a second bootstrap commits nothing');
  });

  it('3. creates a tenant with rights in its namespace', async () => {
    const { stderr } = await ok('create', 'tenant', 'dev-team', '--with-namespace=apps');
    assert.match(stderr, /RoleBinding\/apps\/dev-team-reconciler created/);
    const binding = await kube.get(ref('rbac.authorization.k8s.io/v1', 'RoleBinding', 'apps', 'dev-team-reconciler'));
    assert.equal(readText(binding, 'roleRef', 'name'), 'admin');
    assert.match((await ok('create', 'tenant', 'dev-team', '--with-namespace=apps')).stderr, /Namespace\/apps unchanged/);
  });

  it("4. creates the tenant's source and Kustomization", async (t: TestContext) => {
    if (ssh === undefined) t.diagnostic(`over HTTP, not SSH: ${noSsh}`);
    const login =
      ssh === undefined ? ['--username=git', `--password=${PASSWORD}`] : [`--private-key-file=${keyFile}`, '--silent'];
    const source = await ok(
      'create',
      'source',
      'git',
      'team',
      '-n',
      'apps',
      `--url=${team().urlOf('team')}`,
      '--branch=main',
      ...login,
    );
    assert.match(source.stderr, /no source-controller seems to run in flux-system: stored, not reconciled yet/);
    await ok(
      'create',
      'kustomization',
      'web',
      '-n',
      'apps',
      '--source=GitRepository/team',
      '--path=./deploy',
      '--prune',
      '--service-account=dev-team',
      '--interval=5m',
    );
    const secret = await kube.get(ref('v1', 'Secret', 'apps', 'team'));
    const wanted = ssh === undefined ? ['password', 'username'] : ['identity', 'identity.pub', 'known_hosts'];
    assert.deepEqual(Object.keys((secret?.['data'] ?? {}) as object).sort(), wanted);
  });

  it("5. reconciles under the tenant's account: applies, prunes, and then has nothing to do", async () => {
    const revision = async () => `main@sha1:${await team().git('team', 'rev-parse', 'main')}`;
    const source = await ok('reconcile', 'source', 'git', 'team', '-n', 'apps', '--drive');
    assert.match(source.stderr, /main@sha1:/);
    const first = await ok('reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive');
    assert.match(first.stderr, /acting as system:serviceaccount:apps:dev-team/);
    const inventory = applied(await web());
    const [configMap = ''] = inventory.filter((id) => id.endsWith('__ConfigMap'));
    assert.deepEqual([...inventory].sort(), [configMap, 'apps_web_apps_Deployment', 'apps_web__Service'].sort());
    const deployment = await kube.get(ref('apps/v1', 'Deployment', 'apps', 'web'));
    assert.equal(deployment?.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'], 'web');
    assert.equal(readText(await web(), 'status', 'lastAppliedRevision'), await revision());

    await team().commitFiles(
      'team',
      { ...TEAM_CHANGE, 'deploy/service.yaml': null, 'deploy/kustomization.yaml': withoutService() },
      'Change one, remove one',
    );
    const second = await ok('reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive', '-o', 'json');
    const report = JSON.parse(second.stdout) as { counts: Record<string, number>; changes: { kind: string; action: string }[] };
    assert.deepEqual(report.changes.map(({ kind, action }) => `${kind} ${action}`).sort(), [
      'ConfigMap created',
      'ConfigMap pruned',
      'Deployment configured',
      'Service pruned',
    ]);
    assert.equal(await kube.get(ref('v1', 'Service', 'apps', 'web')), undefined);

    const versions = await versionsOf(kube);
    const third = await ok('reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive', '-o', 'json');
    assert.deepEqual((JSON.parse(third.stdout) as typeof report).counts, {
      created: 0,
      configured: 0,
      unchanged: 2,
      skipped: 0,
      pruned: 0,
    });
    assert.deepEqual(await versionsOf(kube), versions, 'nothing was written');
  });

  it('6. refuses what the tenant may not do, before anything is written', async () => {
    const before = applied(await web());
    const versions = await versionsOf(kube);
    const kustomization = (TEAM_ESCAPE['deploy/kustomization.yaml'] ?? '').replace('- service.yaml\n', '');
    await team().commitFiles(
      'team',
      { ...TEAM_ESCAPE, 'deploy/kustomization.yaml': kustomization },
      'Try to take over the cluster',
    );
    const run = await cli('reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive', '-o', 'json');
    assert.equal(run.code, 1);
    assert.equal(codeOf(run), 'rbac/denied');
    assert.match(run.stderr, /clusterroles/);
    assert.match(run.stderr, /configmaps/);
    assert.equal(
      await kube.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'everything' }),
      undefined,
    );
    assert.equal(await kube.get(ref('v1', 'ConfigMap', 'kube-system', 'leak')), undefined);
    assert.deepEqual(await versionsOf(kube), versions, 'what was there is untouched');
    assert.deepEqual(applied(await web()), before);
    const ready = readList(await web(), 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
    assert.equal(readText(ready, 'reason'), 'ReconciliationFailed');

    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody', namespace: 'apps' } });
    await ok('create', 'kustomization', 'unbound', '-n', 'apps', '--source=team', '--path=./deploy', '--service-account=nobody');
    const unbound = await cli('reconcile', 'kustomization', 'unbound', '-n', 'apps', '--drive');
    assert.equal(unbound.code, 1);
    assert.match(unbound.stderr, /nobody/);
    const graph = await cli('drive', 'unbound', '-n', 'apps', '-o', 'json');
    assert.equal(graph.code, 1);
    assert.equal(codeOf(graph), 'reconcile/incomplete');
    assert.match(graph.stdout, /"outcome": "failed"/, 'the partial report is there');
    await team().commitFiles(
      'team',
      { 'deploy/escape.yaml': null, 'deploy/kustomization.yaml': withoutService() },
      'Give up the takeover',
    );
    await ok('reconcile', 'kustomization', 'web', '-n', 'apps', '--with-source', '--drive');
  });

  it('7. shows, suspends, resumes, exports and deletes', async () => {
    assert.match(
      (await ok('get', 'sources', 'git', '-A')).stdout,
      /^NAMESPACE +NAME +REVISION +SUSPENDED +READY +MESSAGE\napps +team +main@sha1:[0-9a-f]{8} /,
    );
    const rows = JSON.parse((await ok('get', 'kustomizations', '-n', 'apps', '-o', 'json')).stdout) as {
      items: { name: string; ready: string }[];
    };
    assert.deepEqual(
      rows.items.map(({ name, ready }) => `${name} ${ready}`),
      ['unbound False', 'web True'],
    );
    assert.match((await ok('get', 'all', '-A')).stdout, /kustomization\/flux-system/);
    assert.match(
      (await ok('tree', 'kustomization', 'web', '-n', 'apps')).stdout,
      /^Kustomization\/apps\/web\n├── ConfigMap\/apps\/web-conf-\w+\n└── Deployment\/apps\/web\n$/,
    );
    const tree = JSON.parse((await ok('tree', 'ks', 'flux-system', '-o', 'json')).stdout) as { resources: unknown[] };
    assert.ok(tree.resources.length > 20);

    const check = await cli('check', '--timeout=2s', '-o', 'json');
    assert.equal(check.code, 1, 'no controller can run without a kubelet, and check says so');
    assert.match(check.stdout, /"source-controller"/);
    assert.equal((await ok('check', '--pre', '-o', 'json')).code, 0);

    await ok('suspend', 'kustomization', 'web', '-n', 'apps');
    assert.equal(readPath(await web(), 'spec', 'suspend'), true);
    const suspended = await cli('reconcile', 'kustomization', 'web', '-n', 'apps');
    assert.equal(suspended.code, 1);
    assert.match(suspended.stderr, /resource is suspended/);
    await ok('resume', 'kustomization', 'web', '-n', 'apps');
    assert.equal(readPath(await web(), 'spec', 'suspend'), undefined);

    const exported = await ok('export', 'kustomization', 'web', '-n', 'apps');
    assert.match(exported.stdout, /^---\napiVersion: kustomize\.toolkit\.fluxcd\.io\/v1\nkind: Kustomization\n/);
    assert.doesNotMatch(exported.stdout, /status:|uid:|managedFields/);

    assert.equal((await cli('delete', 'kustomization', 'unbound', '-n', 'apps')).code, 1, 'nobody can be asked');
    await ok('delete', 'kustomization', 'web', '-n', 'apps', '--silent', '--drive');
    assert.equal(await kube.get(ref('apps/v1', 'Deployment', 'apps', 'web')), undefined, 'deleted with its Kustomization');
    assert.equal(await web(), undefined);
  });

  it('8. uninstalls, and leaves the workloads and namespaces of others alone', async () => {
    await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stays', namespace: 'apps' } });
    const dry = await ok('uninstall', '--dry-run', '-o', 'json');
    assert.match(dry.stdout, /"dryRun": true/);
    await ok('uninstall', '--silent');
    await gone(kube, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: 'kustomizations.kustomize.toolkit.fluxcd.io',
    });
    assert.notEqual(await kube.get(ref('v1', 'ConfigMap', 'apps', 'stays')), undefined);
    assert.equal((await cli('get', 'kustomizations', '-A')).code, 1);
  });
});

/** The API server takes a definition away when it has taken away its objects; the test gives it the time. */
async function gone(kube: KubeClient, object: ObjectRef): Promise<void> {
  for await (const event of kube.watch(object, {
    fieldSelector: `metadata.name=${object.name}`,
    signal: AbortSignal.timeout(30_000),
  })) {
    if (event.type === 'DELETED') return;
    if (event.type === 'SYNCED' && (await kube.get(object)) === undefined) return;
  }
  assert.fail(`${object.kind}/${object.name} is still there`);
}

/** The code of the error that a run under `-o json` ends in, behind its story. */
function codeOf({ stderr }: CliRun): string {
  return (JSON.parse(stderr.slice(stderr.indexOf('{\n  "error"'))) as { error: { code: string } }).error.code;
}

function withoutService(): string {
  return (TEAM_CHANGE['deploy/kustomization.yaml'] ?? '').replace('- service.yaml\n', '');
}

/** The resource versions of what the tenant has. */
async function versionsOf(kube: KubeClient): Promise<string[]> {
  const lists = await Promise.all(
    [
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { apiVersion: 'v1', kind: 'Service' },
    ].map((kind) => kube.list(kind, { namespace: 'apps', labelSelector: 'kustomize.toolkit.fluxcd.io/name=web' })),
  );
  return lists.flatMap(({ items }) =>
    items.map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion ?? ''}`),
  );
}
