import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { DriveReport, KustomizationReport } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, openCliWorld } from '../support/cli-world.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

describe('Kustomizations that apply Kustomizations, in one run of drive', () => {
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
    world = await openCliWorld(sandbox.kubeconfigPath, `nested-${process.pid}-${serial++}`);
    await git.create(world.namespace);
    await world.createSource('fleet', { url: git.urlOf(world.namespace) });
  });

  afterEach(() => world.close());

  const commit = (files: Readonly<Record<string, string | null>>): Promise<string> =>
    git.commitFiles(world.namespace, files, 'Change');
  const drive = async (...words: string[]): Promise<DriveReport> => {
    const { stdout, stderr } = await world.run(['drive', '-n', world.namespace, '-o', 'json', ...words]);
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as DriveReport;
  };
  const configMapOf = async (name: string) =>
    (await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name }))?.['data'];
  const nested = (name: string, path: string, spec: JsonObject = {}): string =>
    JSON.stringify({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name },
      spec: {
        interval: '10m',
        path,
        prune: true,
        targetNamespace: world.namespace,
        sourceRef: { kind: 'GitRepository', name: 'fleet' },
        ...spec,
      },
    });
  const createFleet = (spec: JsonObject = {}) => world.createKustomization('fleet', { path: './fleet', ...spec });

  it('they run in the order of their dependencies while their parent waits for them, be there but one place', async () => {
    await git.create(`${world.namespace}-team`);
    await git.commitFiles(`${world.namespace}-team`, { 'app/map.yaml': configMap('of-app', '1') }, 'Begin');
    const url = git.urlOf(`${world.namespace}-team`);
    await commit({
      'fleet/app.yaml': nested('app', './app', {
        dependsOn: [{ name: 'base' }],
        sourceRef: { kind: 'GitRepository', name: 'team' },
      }),
      'fleet/base.yaml': nested('base', './base', { wait: true }),
      'fleet/team.yaml': JSON.stringify({
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: 'team' },
        spec: { interval: '10m', url, ref: { branch: 'main' } },
      }),
      'base/map.yaml': configMap('of-base', '1'),
    });
    await createFleet({ wait: true, timeout: '2m' });
    const report = await drive('--concurrent=1');
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.deepEqual(namesOf(report), ['base', 'app', 'fleet']);
    assert.deepEqual(report.sources.map(({ name }) => name).toSorted(), ['fleet', 'team']);
    assert.deepEqual([await configMapOf('of-base'), await configMapOf('of-app')], [{ from: '1' }, { from: '1' }]);
  });

  it('one that was done already runs again when its parent changes it, and is reported once', async () => {
    await commit({
      'old/map.yaml': configMap('old', '1'),
      'new/map.yaml': configMap('new', '1'),
      'fleet/app.yaml': nested('app', './new'),
    });
    await createFleet();
    // Nobody's yet: it does not wait for the parent that is about to take it over.
    await world.createKustomization('app', { path: './old', sourceRef: { kind: 'GitRepository', name: 'fleet' } });
    const report = await drive('--concurrent=1');
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.deepEqual(namesOf(report), ['fleet', 'app']);
    assert.deepEqual(reportOf(report, 'app')?.counts, { created: 2, configured: 0, unchanged: 0, skipped: 0, pruned: 1 });
    assert.deepEqual(report.pruned, [{ apiVersion: 'v1', kind: 'ConfigMap', count: 1 }]);
    assert.deepEqual([await configMapOf('old'), await configMapOf('new')], [undefined, { from: '1' }]);
  });

  it('suspended ones are told and left alone', async () => {
    await commit({ 'fleet/app.yaml': nested('app', './app', { suspend: true }), 'app/map.yaml': configMap('app', '1') });
    await createFleet();
    const report = await drive();
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.equal(reportOf(report, 'app')?.outcome, 'suspended');
    assert.equal(await configMapOf('app'), undefined);
  });

  it('one that is pruned during the run takes what it applied with it', async () => {
    await commit({
      'fleet/app.yaml': nested('app', './app'),
      'fleet/keep.yaml': nested('keep', './keep'),
      'app/map.yaml': configMap('app', '1'),
      'keep/map.yaml': configMap('keep', '1'),
    });
    await createFleet();
    assert.equal((await drive()).isDone, true);
    await commit({ 'fleet/app.yaml': null });
    const report = await drive();
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.deepEqual(report.pruned, [
      { apiVersion: 'v1', kind: 'ConfigMap', count: 1 },
      { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', count: 1 },
    ]);
    assert.equal(await world.kustomization('app'), undefined);
    assert.deepEqual([await configMapOf('app'), await configMapOf('keep')], [undefined, { from: '1' }]);
  });

  it('a limit holds for those that go with their parent, too', async () => {
    await commit({ 'fleet/app.yaml': nested('app', './app'), 'fleet/map.yaml': configMap('fleet', '1') });
    await commit({ 'app/a.yaml': configMap('a', '1'), 'app/b.yaml': configMap('b', '1') });
    await createFleet();
    assert.equal((await drive()).isDone, true);
    await commit({ 'fleet/app.yaml': null });
    const report = await drive('--prune-limit=1');
    assert.equal(reportOf(report, 'fleet')?.outcome, 'done');
    assert.equal(reportOf(report, 'app')?.error?.code, 'reconcile/prune-limit');
    assert.deepEqual([await configMapOf('a'), await configMapOf('b')], [{ from: '1' }, { from: '1' }]);
  });

  it('reconcile/unsettled: one that changes itself in every run is stopped', async () => {
    await commit({ 'one/fleet.yaml': nested('fleet', './two'), 'two/fleet.yaml': nested('fleet', './one') });
    await world.createKustomization('fleet', { path: './one', sourceRef: { kind: 'GitRepository', name: 'fleet' } });
    const report = await drive();
    assert.equal(reportOf(report, 'fleet')?.error?.code, 'reconcile/unsettled');
  });
});

function namesOf(report: DriveReport): string[] {
  return report.kustomizations.map(({ name }) => name);
}

function reportOf(report: DriveReport, wanted: string): KustomizationReport | undefined {
  return report.kustomizations.find(({ name }) => name === wanted);
}

function configMap(name: string, from: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {from: "${from}"}\n`;
}
