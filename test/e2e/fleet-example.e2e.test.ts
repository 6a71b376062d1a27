import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FluxError } from '../../src/lib/core/errors.ts';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { waitGuarded } from '../../src/lib/features/escape/index.ts';
import { applyObjects } from '../../src/lib/features/install/index.ts';
import { readyOf } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { makeFeaturePorts } from '../support/feature-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const FLEET = fileURLToPath(new URL('../../examples/fleet/', import.meta.url));
const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const TEAMS = ['team-a', 'team-b'] as const;

const configMap = (name: string, namespace?: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}data: {a: b}\n`;

/** The example as it stands, from an empty cluster to tenants that try to get out. Each step builds on the last. */
describe('examples/fleet', { timeout: 300_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let home: string;
  let env: Record<string, string>;

  const cli = (...argv: string[]): Promise<CliRun> => runCli(argv, { env });
  const sync = (team: string): Promise<K8sObject | undefined> =>
    kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: team, name: team });
  const config = (namespace: string, name: string): Promise<K8sObject | undefined> =>
    kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  /** Drives everything, and gives what each Kustomization came to. */
  const driveAll = async (): Promise<Map<string, JsonObject>> => {
    const { stdout, stderr } = await cli(
      'drive',
      '-A',
      '-o',
      'json',
      '--no-cross-namespace-refs',
      '--default-service-account=default',
    );
    assert.notEqual(stdout, '', stderr);
    const { kustomizations } = JSON.parse(stdout) as { kustomizations: JsonObject[] };
    return new Map(kustomizations.map((one) => [`${String(one['namespace'])}/${String(one['name'])}`, one]));
  };
  const commit = (team: string, files: Record<string, string | null>, message: string): Promise<string> =>
    git.commitFiles(team, Object.fromEntries(Object.entries(files).map(([path, text]) => [`production/${path}`, text])), message);

  before(async () => {
    // Flux as a whole, and policies of the whole cluster: a sandbox of its own.
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    home = mkdtempSync(join(tmpdir(), 'flux-ts-fleet-'));
    env = { HOME: home, XDG_CACHE_HOME: home, KUBECONFIG: sandbox.kubeconfigPath };
    git = await startGitServer();
    const flux = await runOk(['install', '--export'], { env });
    await applyObjects(objectsOf(flux.stdout), { ...makeFeaturePorts(kube), signal: new AbortController().signal });
    kube.forgetDiscovery();
    for (const name of ['fleet', ...TEAMS]) await git.create(name);
    await git.commitFiles(
      'fleet',
      readFleet((text) => text.replaceAll('https://git.example.com', git.url)),
      'Add the fleet',
    );
    for (const team of TEAMS) await commit(team, { 'conf.yaml': configMap('conf') }, 'Begin');
    // What bootstrap leaves behind.
    const common = { name: 'flux-system', namespace: 'flux-system' };
    const url = git.urlOf('fleet');
    await kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: common,
      spec: { interval: '10m', url, ref: { branch: 'main' } },
    });
    await kube.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: common,
      spec: {
        interval: '10m',
        path: './clusters/production',
        prune: true,
        serviceAccountName: 'kustomize-controller',
        sourceRef: { kind: 'GitRepository', name: 'flux-system' },
      },
    });
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('has the tenants that the command of its README prints', async () => {
    for (const team of TEAMS) {
      const words = commandOfReadme().map((word) => word.replaceAll('team-a', team));
      const { stdout } = await runOk(words, { env });
      assert.equal(readFileSync(join(FLEET, `tenants/base/${team}/tenant.yaml`), 'utf8'), stdout, words.join(' '));
    }
  });

  it('brings platform and tenants up, each Kustomization under its own account', async () => {
    const reports = await driveAll();
    assert.deepEqual(
      [...reports]
        .map(([name, { outcome, user }]) => [name, outcome, user])
        .sort(([a], [b]) => String(a).localeCompare(String(b))),
      [
        ['flux-system/flux-system', 'done', 'system:serviceaccount:flux-system:kustomize-controller'],
        ['flux-system/infrastructure', 'done', 'system:serviceaccount:flux-system:kustomize-controller'],
        ['flux-system/tenants', 'done', 'system:serviceaccount:flux-system:kustomize-controller'],
        ['team-a/team-a', 'done', 'system:serviceaccount:team-a:team-a'],
        ['team-b/team-b', 'done', 'system:serviceaccount:team-b:team-b'],
      ],
      JSON.stringify([...reports.values()], null, 1),
    );
    for (const team of TEAMS) assert.ok((await config(team, 'conf')) !== undefined, team);
    await waitGuarded(
      kube,
      objectsOf(readFileSync(join(FLEET, 'tenants/base/team-b/tenant.yaml'), 'utf8')),
      makeFeaturePorts(kube).clock,
    );
  });

  for (const target of ['team-b', 'flux-system', 'default'])
    it(`lets team-a write nothing into ${target}, and team-b go on`, async () => {
      await commit('team-a', { 'leak.yaml': configMap('leak', target) }, `Reach for ${target}`);
      // The platform's targetNamespace would put it back: the team drops it in a nested Kustomization of its own.
      await commit(
        'team-a',
        { 'leak.yaml': null, 'nested.yaml': nested('team-a', { targetNamespace: target, path: './loot' }) },
        'Nest',
      );
      await git.commitFiles('team-a', { 'loot/leak.yaml': configMap('leak') }, 'Loot');
      await commit('team-b', { 'conf.yaml': configMap(`conf-${target}`) }, 'Go on');
      const reports = await driveAll();
      assert.equal(reports.get('team-b/team-b')?.['outcome'], 'done');
      assert.equal(reports.get('team-a/team-a')?.['outcome'], 'failed');
      assert.match(JSON.stringify(reports.get('team-a/team-a')?.['error']), /ValidatingAdmissionPolicy 'flux-tenant-team-a'/);
      assert.equal(await config(target, 'leak'), undefined);
      assert.ok((await config('team-b', `conf-${target}`)) !== undefined);
    });

  it('refuses a Kustomization without an account, and one with that of the other team', async () => {
    for (const account of [undefined, 'default', 'team-b']) {
      await commit(
        'team-a',
        { 'nested.yaml': nested('team-a', account === undefined ? {} : { serviceAccountName: account }, false) },
        'Nest',
      );
      const error = JSON.stringify((await driveAll()).get('team-a/team-a')?.['error']);
      assert.match(error, /spec\.serviceAccountName must be team-a/, String(account));
    }
    await assert.rejects(
      kube.create({
        apiVersion: KUSTOMIZE,
        kind: 'Kustomization',
        metadata: { name: 'bare', namespace: 'team-a' },
        spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'team-a' } },
      }),
      (error) => error instanceof FluxError && /flux-tenant-team-a/.test(error.message),
    );
  });

  it('takes a Kustomization of the team under its own account, and what that applies', async () => {
    await commit('team-a', { 'nested.yaml': nested('team-a', { path: './loot', targetNamespace: 'team-a' }) }, 'Behave');
    const reports = await driveAll();
    assert.equal(reports.get('team-a/team-a')?.['outcome'], 'done', JSON.stringify(reports.get('team-a/team-a')?.['error']));
    assert.equal(reports.get('team-a/nested')?.['outcome'], 'done', JSON.stringify(reports.get('team-a/nested')?.['error']));
    assert.equal(reports.get('team-a/nested')?.['user'], 'system:serviceaccount:team-a:team-a');
    assert.ok((await config('team-a', 'leak')) !== undefined, 'in its own namespace it may');
  });

  it('keeps the team from its own bounds', async () => {
    const tenant = kube.impersonate('system:serviceaccount:team-a:team-a');
    const refs = [
      { apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'team-a', name: 'team-a' },
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'team-a', name: 'default-deny' },
      { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: 'team-a', name: 'team-a' },
      { apiVersion: 'v1', kind: 'Namespace', name: 'team-a' },
    ];
    for (const ref of refs) await assert.rejects(tenant.delete(ref), FluxError, ref.kind);
    assert.equal(readyOf(await sync('team-a')), 'True ReconciliationSucceeded');
  });

  it('is found shut by check tenant, but for what the default installation of Flux leaves open', async () => {
    for (const team of TEAMS) {
      const { stdout } = await cli('check', 'tenant', team, '-o', 'json');
      const { vectors } = JSON.parse(stdout) as { vectors: { id: string; verdict: string; guard: string }[] };
      const open = vectors.filter(({ verdict }) => verdict === 'open').map(({ id }) => id);
      // Remote bases are a flag of the controller, and nobody asked for signatures.
      assert.deepEqual(open, ['E7', 'E20'], JSON.stringify(vectors, null, 1));
    }
  });

  it('leaves a tenant to Git where Git has it', async () => {
    const { code, stderr } = await cli('delete', 'tenant', 'team-a', '--yes');
    assert.equal(code, 1);
    assert.match(stderr, /Kustomization flux-system\/tenants applies \d+ objects of tenant team-a/);
    assert.ok((await sync('team-a')) !== undefined);
  });
});

function objectsOf(yaml: string): K8sObject[] {
  return parseYamlDocuments(yaml)
    .map(({ value }) => value as K8sObject)
    .filter((value) => value !== null);
}

/** All files of the example by path. */
function readFleet(change: (text: string) => string): Record<string, string> {
  const paths = readdirSync(FLEET, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.map((path) => [path, change(readFileSync(join(FLEET, path), 'utf8'))]));
}

/** The words behind `flux-ts` that made the first tenant. */
function commandOfReadme(): string[] {
  const text = readFileSync(join(FLEET, 'README.md'), 'utf8').replaceAll('\\\n', ' ');
  const line = /^flux-ts (create tenant .*) > /m.exec(text)?.[1];
  assert.ok(line !== undefined);
  return line.split(/\s+/);
}

/** A Kustomization in a team's repository; under the team's account unless told otherwise. */
function nested(team: string, spec: Record<string, string>, withAccount = true): string {
  const fields = { ...(withAccount ? { serviceAccountName: team } : {}), ...spec };
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${value}\n`);
  return `apiVersion: ${KUSTOMIZE}\nkind: Kustomization\nmetadata:\n  name: nested\nspec:\n  interval: 10m\n  prune: true\n  sourceRef: {kind: GitRepository, name: ${team}}\n${lines.join('')}`;
}
