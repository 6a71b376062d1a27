import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

describe('verbs for many objects', () => {
  const namespace = `bulk-${process.pid}`;
  const other = `bulk-${process.pid}-other`;
  let sandbox: TestSandbox;
  let kube: KubeClient;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['kustomize-controller']);
    for (const [place, name, team] of [
      [namespace, 'a', 'x'],
      [namespace, 'b', 'y'],
      [other, 'c', 'x'],
    ] as const) {
      if ((await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: place })) === undefined)
        await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: place } });
      await kube.create({
        apiVersion: KUSTOMIZE,
        kind: 'Kustomization',
        metadata: { name, namespace: place, labels: { team: `${team}-${process.pid}` } },
        spec: { interval: '1m', prune: false, sourceRef: { kind: 'GitRepository', name: 'x' } },
      });
    }
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
  });

  const inPlace = (...words: string[]): string[] => [...words, `--kubeconfig=${sandbox.kubeconfigPath}`, '-n', namespace];
  const ok = (...words: string[]): Promise<CliRun> => runOk(inPlace(...words));
  const failing = (...words: string[]): Promise<CliRun> => runCli(inPlace(...words));
  const ofTeamX = `team=x-${process.pid}`;
  const namesOf = ({ stdout }: CliRun): string[] =>
    (JSON.parse(stdout) as { items: { name: string }[] }).items.map(({ name }) => name);
  const sorted = (run: CliRun): string[] => namesOf(run).toSorted((a, b) => (a < b ? -1 : 1));

  it('get: selects and sorts', async () => {
    assert.deepEqual(namesOf(await ok('get', 'ks', '-A', '--selector', ofTeamX, '--sort-by=namespace', '-o', 'json')), [
      'a',
      'c',
    ]);
    await ok('suspend', 'ks', 'b');
    assert.deepEqual(namesOf(await ok('get', 'ks', '--sort-by=suspended', '-o', 'json')), ['b', 'a']);
    await ok('resume', 'ks', 'b', '--wait=false');
  });

  it('get: what is not ready may be nothing, and a watch ends in the time that it was given', async () => {
    const none = await ok('get', 'ks', '--status-selector', 'ready=true');
    assert.match(none.stdout, /^NAME +REVISION[^\n]*\n$/);
    assert.match((await failing('get', 'all', 'nope')).stderr, /✗ no object 'nope' found in /);
    const watched = await failing('get', 'ks', '--watch', '--timeout=1s');
    assert.equal(watched.code, 1);
    assert.match(watched.stdout, /\na +False/);
    assert.match(watched.stderr, /✗ the time limit of the command was reached/);
  });

  it('suspend and resume: by label, in all namespaces', async () => {
    assert.deepEqual(sorted(await ok('suspend', 'ks', '-A', '-l', ofTeamX, '-o', 'json')), ['a', 'c']);
    assert.deepEqual(sorted(await ok('resume', 'ks', '-A', '-l', ofTeamX, '-o', 'json')), ['a', 'c']);
  });

  it('export: by label, in all namespaces', async () => {
    const { stdout } = await ok('export', 'ks', '-A', '-l', ofTeamX);
    assert.deepEqual(stdout.match(/^ {2}name: .$/gm)?.toSorted(), ['  name: a', '  name: c']);
  });

  it('reconcile: passes over what is suspended, and tells all that failed', async () => {
    await ok('suspend', 'ks', '--all');
    const run = await ok('reconcile', 'ks', '--all', '-o', 'json');
    assert.deepEqual(namesOf(run), []);
    assert.match(run.stderr, /Kustomization\/\S+\/a is suspended: passed over/);
    await ok('resume', 'ks', 'a', '--wait=false');
    const failed = await failing('reconcile', 'ks', '--all', '--timeout=2s');
    assert.equal(failed.code, 1);
    assert.match(
      (await failing('reconcile', 'ks', '--all', '--drive', '-o', 'json')).stderr,
      new RegExp('objects/bad-selection'),
    );
  });

  it('delete: names all, and asks once', async () => {
    const unasked = await failing('delete', 'ks', '-A', '-l', ofTeamX);
    assert.equal(unasked.code, 1);
    assert.match(
      unasked.stderr,
      /Kustomization\/\S+\/a\n[\s\S]*"Are you sure you want to delete these 2 Kustomization objects" cannot be asked/,
    );
    assert.match(
      (await failing('delete', 'ks', 'a', '-A', '--silent', '-o', 'json')).stderr,
      new RegExp('objects/bad-selection'),
    );
    assert.match((await failing('delete', 'ks', '-A', '--silent', '-o', 'json')).stderr, new RegExp('objects/name-missing'));
    const deleted = await ok('delete', 'ks', '-A', '-l', ofTeamX, '--silent', '-o', 'json');
    assert.deepEqual(sorted(deleted), ['a', 'c']);
    assert.deepEqual(namesOf(await ok('get', 'ks', '-o', 'json')), ['b']);
  });
});
