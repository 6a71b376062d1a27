import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dump, load, loadAll } from 'js-yaml';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import { assertFails, type CliWorld, openCliWorld } from '../support/cli-world.ts';
import type { CliRun } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { findSshd, type SshServer, startSshServer } from '../support/ssh-server.ts';

const EXAMPLE = fileURLToPath(new URL('../../../shared/examples/first-steps/', import.meta.url));
/** Where the Kustomization of the example looks. */
const PATH = 'path/to/your/repo';
const URL_OF_EXAMPLE = 'ssh://git@github.com/your-org/your-repo.git';
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'frontend' };
const INVENTORY = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'flux-system', name: 'flux-frontend-app' };

/** The tutorial's files as they stand there, in a cluster that knows nothing of Flux. */
describe('the first steps of a newcomer', { timeout: 120_000 }, () => {
  let missing = existsSync(EXAMPLE) ? '' : `the example is not there: ${EXAMPLE}`;
  let sandbox: TestSandbox;
  let world: CliWorld;
  let ssh: SshServer;
  let sync = '';
  let syncFile = '';
  let keyFile = '';
  let hostsFile = '';
  let login: string[] = [];

  before(async () => {
    const sshd = await findSshd();
    if ('missing' in sshd) missing ||= sshd.missing;
    if (missing !== '' || 'missing' in sshd) return;
    sandbox = await startSandbox({ name: 'first-steps', alone: true });
    world = await openCliWorld(sandbox.kubeconfigPath, 'flux-system');
    keyFile = join(world.home, 'deploy-key');
    hostsFile = join(world.home, 'hosts');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', keyFile]);
    ssh = await startSshServer(sshd, [readFileSync(`${keyFile}.pub`, 'utf8')]);
    writeFileSync(hostsFile, ssh.knownHosts);
    await ssh.create('your-org/your-repo');
    const deployment = readFileSync(join(EXAMPLE, 'frontend-deployment.yaml'), 'utf8');
    await ssh.commitFiles('your-org/your-repo', { [`${PATH}/frontend-deployment.yaml`]: deployment }, 'Begin');
    const text = readFileSync(join(EXAMPLE, 'sync-v1beta2.yaml'), 'utf8');
    assert.ok(text.includes(URL_OF_EXAMPLE));
    sync = text.replace(URL_OF_EXAMPLE, ssh.urlOf('your-org/your-repo'));
    syncFile = join(world.home, 'sync.yaml');
    writeFileSync(syncFile, sync);
    login = [`--private-key-file=${keyFile}`, `--known-hosts-file=${hostsFile}`];
    await grantNamespaces();
  });

  after(async () => {
    await ssh?.close();
    await world?.close();
    await sandbox?.close();
  });

  const isHere = (t: TestContext): boolean => {
    if (missing !== '') t.skip(missing);
    return missing === '';
  };
  let asUser = '';
  /** A user who may do what the example needs in its two namespaces, and nothing in the cluster. */
  const grantNamespaces = async (): Promise<void> => {
    const { kube } = world;
    const rbac = 'rbac.authorization.k8s.io';
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'newcomer', namespace: 'default' } });
    const rules: Readonly<Record<string, JsonObject>> = {
      default: { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
      'flux-system': { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'create', 'patch'] },
    };
    for (const [namespace, rule] of Object.entries(rules)) {
      const metadata = { name: 'newcomer', namespace };
      await kube.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: [rule] });
      await kube.create({
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'newcomer' },
        subjects: [{ kind: 'ServiceAccount', name: 'newcomer', namespace: 'default' }],
      });
    }
    const answer = await kube.request({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/newcomer/token',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const config = load(readFileSync(sandbox.kubeconfigPath, 'utf8')) as { users: { user: JsonObject }[] };
    for (const entry of config.users) entry.user = { token: readText(answer as JsonObject, 'status', 'token') };
    asUser = join(world.home, 'newcomer.kubeconfig');
    writeFileSync(asUser, dump(config), { mode: 0o600 });
  };
  const drive = (...argv: string[]): Promise<CliRun> => world.run(['drive', `--kubeconfig=${asUser}`, '-o', 'json', ...argv]);
  const countsOf = (run: CliRun): unknown =>
    (JSON.parse(run.stdout) as { kustomizations: { counts: unknown }[] }).kustomizations[0]?.counts;
  const counts = (changes: Record<string, number>) => ({
    created: 0,
    configured: 0,
    unchanged: 0,
    skipped: 0,
    pruned: 0,
    ...changes,
  });
  /** What was last written by whom; the cluster's own controllers write the status of a Deployment, and are left out. */
  const written = async (): Promise<unknown> => {
    const { generation, managedFields } = (await world.kube.get(DEPLOYMENT))?.metadata ?? {};
    const writes = (managedFields ?? []) as readonly { readonly manager: string; readonly time: string }[];
    return { generation, at: writes.find(({ manager }) => manager === 'kustomize-controller')?.time };
  };
  const inventory = async (): Promise<string[]> => {
    const text = readText(await world.kube.get(INVENTORY), 'data', 'status.json');
    return readList(JSON.parse(text) as JsonObject, 'inventory', 'entries').map((entry) => readText(entry, 'id'));
  };

  it('drive -f says what it needs to read the repository', async (t) => {
    if (!isHere(t)) return;
    const run = await drive('-f', syncFile);
    assert.equal(run.code, 1);
    const { sources } = JSON.parse(run.stdout) as { sources: { error: { code: string; hint: string } }[] };
    assert.equal(sources[0]?.error.code, 'git/invalid-auth');
    assert.match(sources[0]?.error.hint ?? '', /spec\.secretRef.*--private-key-file/);
    const noHosts = await drive('-f', syncFile, `--private-key-file=${keyFile}`);
    assertFails(noHosts, 'usage/no-known-hosts', /\.ssh\/known_hosts/, /ssh-keyscan/);
    const noFile = await drive(...login);
    assertFails(noFile, 'usage/bad-value', /goes with -f/, /create secret git/);
  });

  it('drive -f takes the file as it is, with rights in the namespaces only', async (t) => {
    if (!isHere(t)) return;
    const crds = await world.kube.resourceOf({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' });
    assert.equal(crds, undefined, 'nothing of Flux is in this cluster');
    const run = await drive('-f', syncFile, ...login);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /GitRepository\/flux-system\/flux-gotk-system is source\.toolkit\.fluxcd\.io\/v1beta2, read as/);
    assert.match(run.stderr, /Kustomization\/flux-system\/frontend-app: .*validation/);
    assert.match(run.stderr, /Deployment\/default\/frontend created/);
    assert.deepEqual(countsOf(run), counts({ created: 1 }));
    const deployment = await world.kube.get(DEPLOYMENT);
    assert.equal(deployment?.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'], 'frontend-app');
    assert.deepEqual(await inventory(), ['default_frontend_apps_Deployment']);
    assert.ok(!JSON.stringify(await world.kube.get(INVENTORY)).includes('PRIVATE KEY'));
  });

  it('a second run changes nothing', async (t) => {
    if (!isHere(t)) return;
    const before = await written();
    const run = await drive('-f', syncFile, ...login);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(countsOf(run), counts({ unchanged: 1 }));
    assert.deepEqual(await written(), before);
  });

  it('the login can be a Secret in the files, or one in the cluster; one login does not go to two hosts', async (t) => {
    if (!isHere(t)) return;
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'deploy-key', namespace: 'flux-system' },
      stringData: { identity: readFileSync(keyFile, 'utf8'), known_hosts: readFileSync(hostsFile, 'utf8') },
    };
    const named = sync.replace('  interval: 1m0s\n', '  interval: 1m0s\n  secretRef:\n    name: deploy-key\n');
    const beside = join(world.home, 'beside.yaml');
    writeFileSync(beside, `${named}---\n${dump(secret)}`);
    const first = await drive('-f', beside);
    assert.equal(first.code, 0, first.stderr);
    const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'flux-system', name: 'deploy-key' };
    assert.equal(await world.kube.get(ref), undefined, 'it is read, not applied');
    assertFails(await drive('-f', beside, ...login), 'reconcile/unused-login', /no GitRepository/, /leave the login out/);

    const alone = join(world.home, 'alone.yaml');
    writeFileSync(alone, named);
    assert.equal((await drive('-f', alone)).code, 1);
    await world.kube.create(secret);
    const second = await drive('-f', alone);
    assert.equal(second.code, 0, second.stderr);

    const two = join(world.home, 'two.yaml');
    const other = named.split('---')[0] ?? '';
    const elsewhere = other.replace('flux-gotk-system', 'other').replace(/ssh:.*/, 'ssh://git@git.example.com/x');
    writeFileSync(two, `${sync}---\n${elsewhere.replace(/  secretRef:\n.*\n/, '')}`);
    assertFails(
      await drive('-f', two, ...login),
      'reconcile/ambiguous-login',
      /127\.0\.0\.1.*git\.example\.com/,
      /Secret for each/,
    );
  });

  it('what is taken out of the repository is pruned', async (t) => {
    if (!isHere(t)) return;
    const gone = { [`${PATH}/frontend-deployment.yaml`]: null, [`${PATH}/kustomization.yaml`]: 'resources: []\n' };
    await ssh.commitFiles('your-org/your-repo', gone, 'Remove the frontend');
    const run = await drive('-f', syncFile, ...login);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(countsOf(run), counts({ pruned: 1 }));
    assert.equal(await world.kube.get(DEPLOYMENT), undefined);
    assert.deepEqual(await inventory(), []);
  });

  it('migrate -f brings the file to the new APIs, and then has nothing to do', async (t) => {
    if (!isHere(t)) return;
    const text = `# how we sync\n${readFileSync(join(EXAMPLE, 'sync-v1beta2.yaml'), 'utf8').replace('  prune: true', '  prune: true # keep')}`;
    const file = join(world.home, 'migrate.yaml');
    writeFileSync(file, text);
    const dry = await world.run(['migrate', '-f', file, '--dry-run']);
    assert.equal(dry.code, 0, dry.stderr);
    assert.equal(readFileSync(file, 'utf8'), text, 'a dry run writes nothing');

    const run = await world.run(['migrate', '-f', file, '--yes']);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /validation/);
    const wanted = text
      .replace('source.toolkit.fluxcd.io/v1beta2', 'source.toolkit.fluxcd.io/v1')
      .replace('kustomize.toolkit.fluxcd.io/v1beta2', 'kustomize.toolkit.fluxcd.io/v1')
      .replace(/\n  validation: client/, '');
    assert.equal(readFileSync(file, 'utf8'), wanted);
    assert.equal(loadAll(wanted).length, 2);

    const again = await world.run(['migrate', '-f', file, '--yes', '-o', 'json']);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(readFileSync(file, 'utf8'), wanted);
  });
});
