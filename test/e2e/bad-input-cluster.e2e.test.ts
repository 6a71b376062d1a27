import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dump, load } from 'js-yaml';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, errorOf, inventoryOf, openCliWorld, readyOf } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import type { CliRun } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const COUNT = 60;

describe('what goes wrong around a cluster', { timeout: 120_000 }, () => {
  let sandbox: TestSandbox;
  let world: CliWorld;
  let git: GitServer;

  before(async () => {
    sandbox = await useSandbox();
    world = await openCliWorld(sandbox.kubeconfigPath, `bad-cluster-${process.pid}`);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await world?.close();
  });

  /** A kubeconfig like the administrator's, with changes. */
  const kubeconfig = (name: string, cluster: JsonObject, user?: JsonObject): string => {
    const config = load(readFileSync(sandbox.kubeconfigPath, 'utf8')) as {
      clusters: { cluster: JsonObject }[];
      users: { user: JsonObject }[];
    };
    for (const entry of config.clusters) entry.cluster = { ...entry.cluster, ...cluster };
    if (user !== undefined) for (const entry of config.users) entry.user = user;
    const path = join(world.home, name);
    writeFileSync(path, dump(config), { mode: 0o600 });
    return path;
  };
  /** A source and a Kustomization with many ConfigMaps. */
  const prepare = async (name: string): Promise<string[]> => {
    const names = Array.from({ length: COUNT }, (_, index) => `${name}-${index}`);
    const manifest = (of: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${of}}\ndata: {a: b}\n`;
    await git.create(name);
    await git.commitFiles(name, { 'deploy/all.yaml': names.map(manifest).join('---\n') }, 'Begin');
    await world.createSource(name, { url: git.urlOf(name) });
    await world.createKustomization(name);
    return names.map((of) => `${world.namespace}_${of}__ConfigMap`).sort();
  };
  const drive = (name: string, options: Parameters<CliWorld['run']>[1] = {}): Promise<CliRun> =>
    world.run(['drive', name, '-n', world.namespace, '-o', 'json'], options);
  const existing = async (name: string): Promise<string[]> => {
    const selector = { namespace: world.namespace, labelSelector: `kustomize.toolkit.fluxcd.io/name=${name}` };
    const { items } = await world.kube.list({ apiVersion: 'v1', kind: 'ConfigMap' }, selector);
    return items.map(({ metadata }) => `${world.namespace}_${metadata.name}__ConfigMap`).sort();
  };
  const holders = async (): Promise<string[]> => {
    const { items } = await world.kube.list(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
      { namespace: world.namespace },
    );
    assert.equal(items.length, 2);
    return items.map((lease) => readText(lease, 'spec', 'holderIdentity'));
  };

  it('an API server that is not there', async () => {
    const path = kubeconfig('unreachable', { server: 'https://127.0.0.1:1' });
    for (const command of [['get', 'all'], ['drive'], ['create', 'tenant', 'team', '--with-namespace=team'], ['check']]) {
      const run = await world.run([...command, '-o', 'json', `--kubeconfig=${path}`]);
      assertFails(run, 'kube/unreachable', /https:\/\/127\.0\.0\.1:1\b.*ECONNREFUSED/, /./);
    }
  });

  it('a token that is worth nothing any more', async () => {
    const { namespace } = world;
    await world.kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'leaver', namespace } });
    const answer = await world.kube.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/leaver/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const token = readText(answer as JsonObject, 'status', 'token');
    assert.ok(token.length > 100);
    await world.kube.delete({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'leaver' });
    const path = kubeconfig('expired', {}, { token });
    for (const command of [['get', 'kustomizations'], ['drive'], ['suspend', 'kustomization', 'web']]) {
      const run = await world.run([...command, '-o', 'json', `--kubeconfig=${path}`, '-n', namespace]);
      assertFails(run, 'kube/unauthorized', /Unauthorized/, /log in again|--token/);
      assert.ok(!`${run.stdout}${run.stderr}`.includes(token.slice(0, 40)));
    }
  });

  const url = '--url=https://git.example.com/x';
  const bad: readonly (readonly [argv: readonly string[], code: string, message: RegExp])[] = [
    [['get', 'kustomizations', '-o', 'json', '-n', 'Not_A_Label'], 'usage/bad-value', /DNS label: "Not_A_Label"/],
    [['get', 'kustomizations', '-o', 'xml'], 'usage/bad-value', /xml/],
    [['reconcile', 'kustomization', 'web', '--timeout=soon'], 'usage/bad-value', /--timeout.*soon|soon.*--timeout/],
    [['drive', '--concurrent=0'], 'usage/bad-value', /--concurrent.*1/],
    [['drive', '--concurrent=many'], 'usage/bad-value', /--concurrent.*many|many.*--concurrent/],
    [['drive', '-f', 'nowhere.yaml'], 'usage/no-such-path', /nowhere\.yaml/],
    [['drive', 'web', '-A'], 'usage/bad-value', /-A/],
    [['create', 'source', 'git', 'xy', '--url=ftp://example.com/x', '--branch=main'], 'create/bad-url-scheme', /ftp/],
    [['create', 'source', 'git', 'xy', url, '--branch=main', '--interval=often'], 'usage/bad-value', /often/],
    [['create', 'source', 'git', 'xy', url, '--branch=main', '--ssh-key-algorithm=dsa'], 'usage/bad-value', /dsa/],
    [['create', 'source', 'git', 'xy', url, '--brnch=main'], 'usage/unknown-flag', /--brnch/],
    [['create', 'secret', 'git', 'xy', url, '--username=a'], 'create/credentials-missing', /password/],
    [['create', 'kustomization', 'xy', '--source=Bogus/x'], 'usage/bad-value', /Bogus.*--source/],
    [['create', 'tenant', 'xy', '--with-namespace=ok', '--cluster-role='], 'tenant/role-missing', /cluster-role/],
    [['bootstrap', 'git', '--url=http://example.com/x', '--token-auth', '--password=p'], 'bootstrap/insecure-http', /http/],
    [['bootstrap', 'git', '--url=ssh://git@example.com/x'], 'bootstrap/no-private-key', /ssh/],
    [['install', '--components=bogus-controller'], 'install/unknown-component', /bogus-controller/],
    [['migrate', '-f', 'nowhere'], 'usage/no-such-path', /nowhere/],
    [['kustomize', 'nowhere'], 'kustomize/not-found', /nowhere/],
    [['sandbox', 'up', '--name=Bad_Name'], 'sandbox/bad-name', /Bad_Name/],
    [['tree', 'kustomization'], 'objects/name-missing', /name/],
  ];
  for (const [argv, code, message] of bad) {
    it(`${code}: ${argv.join(' ')}`, async () => {
      const run = await world.run(argv.includes('-o') ? argv : [...argv, '-o', 'json']);
      const json = argv.includes('xml') ? await world.run(['get', 'kustomizations', '-o=json', '-o=xml']) : run;
      assert.equal(run.code, 1);
      assert.equal(run.stdout, '');
      const error = errorOf(json);
      assert.equal(error.code, code, JSON.stringify(error));
      assert.match(error.message, message);
    });
  }

  it('Ctrl-C in the middle: what was written is known, the Leases are free, the next run finishes', async () => {
    const all = await prepare('stop');
    const stop = new AbortController();
    const run = await drive('stop', {
      signal: stop.signal,
      onStderr: (text) => {
        if (/ created/.test(text)) stop.abort(new Error('SIGINT'));
      },
    });
    assert.notEqual(run.code, 0);
    assert.equal(errorOf(run).code, 'usage/interrupted');
    assert.deepEqual(await holders(), ['', '']);
    const stopped = await world.kustomization('stop');
    const written = await existing('stop');
    assert.ok(written.length > 0 && written.length < COUNT, `${written.length} of ${COUNT} were written`);
    const known = new Set(inventoryOf(stopped));
    for (const id of written) assert.ok(known.has(id), `${id} is in the inventory`);
    assert.doesNotMatch(readyOf(stopped), /^True/);
    assert.equal(readText(stopped, 'status', 'lastAppliedRevision'), '');

    const next = await drive('stop');
    assert.equal(next.code, 0, next.stderr);
    assert.deepEqual(await existing('stop'), all);
    const done = await world.kustomization('stop');
    assert.deepEqual(inventoryOf(done), all);
    assert.match(readyOf(done), /^True/);
  });

  it('two at once: the second one refuses, and names who is at work', async () => {
    const all = await prepare('twice');
    let second: Promise<CliRun> | undefined;
    const first = await drive('twice', {
      onStderr: () => {
        second ??= drive('twice');
      },
    });
    const refused = await second;
    assert.equal(first.code, 0, first.stderr);
    assert.ok(refused !== undefined);
    assertFails(
      refused,
      'lease/held',
      /Lease bad-cluster-\d+\/source-controller-leader-election is held by \S+/,
      /another run of flux-ts/,
    );
    assert.doesNotMatch(refused.stderr, / created| configured/);
    assert.deepEqual(inventoryOf(await world.kustomization('twice')), all);
    assert.deepEqual(await holders(), ['', '']);
    assert.equal((await drive('twice')).code, 0);
  });
});
