import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readText } from '../../src/lib/core/read-object.ts';
import { layoutOf } from '../../src/lib/engine/controlplane/layout.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { assertFails, type CliWorld, inventoryOf, openCliWorld, readyOf } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { runOk } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const COUNT = 40;
const NAMESPACE = 'killed';
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };

describe('an API server that dies between two objects of an apply', { timeout: 120_000 }, () => {
  let sandbox: TestSandbox;
  let world: CliWorld;
  let git: GitServer;

  before(async () => {
    sandbox = await startSandbox({ name: 'killed', alone: true });
    world = await openCliWorld(sandbox.kubeconfigPath, NAMESPACE);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await world?.close();
    await sandbox?.close();
  });

  const killApiServer = (): void => {
    const pid = Number(
      readFileSync(layoutOf(dirname(sandbox.kubeconfigPath)).pidFile('kube-apiserver'), 'utf8')
        .trim()
        .split(/\s/)[0],
    );
    assert.ok(pid > 1);
    process.kill(pid, 'SIGKILL');
  };
  /** The environment in which the sandbox was brought up. */
  const sandboxEnv = (): Record<string, string> => ({
    HOME: homedir(),
    XDG_STATE_HOME: resolve(sandbox.kubeconfigPath, '../../../..'),
    ...pick('XDG_CACHE_HOME'),
    ...pick('KUBEBUILDER_ASSETS'),
  });
  /** Lets the Leases of the dead run look as they do ten minutes later. */
  const ageLeases = async (): Promise<void> => {
    const kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
    const renewTime = new Date(Date.now() - 600_000).toISOString().replace('Z', '000Z');
    for (const { metadata } of (await world.kube.list(kind, { namespace: NAMESPACE })).items) {
      await world.kube.patch({ ...kind, namespace: NAMESPACE, name: metadata.name }, { spec: { renewTime } }, { type: 'merge' });
    }
  };
  const existing = async (): Promise<string[]> => {
    const { items } = await world.kube.list(CONFIG_MAP, {
      namespace: NAMESPACE,
      labelSelector: 'kustomize.toolkit.fluxcd.io/name=app',
    });
    return items.map(({ metadata }) => `${NAMESPACE}_${metadata.name}__ConfigMap`).sort();
  };

  it('is an honest error, and the next run knows of everything that was created', async () => {
    const names = Array.from({ length: COUNT }, (_, index) => `conf-${index}`);
    const manifest = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: b}\n`;
    await git.create('app');
    await git.commitFiles('app', { 'deploy/all.yaml': names.map(manifest).join('---\n') }, 'Begin');
    await world.createSource('app', { url: git.urlOf('app') });
    await world.createKustomization('app');

    let isDead = false;
    const drive = ['reconcile', 'kustomization', 'app', '-n', NAMESPACE, '--with-source', '--drive', '-o', 'json'];
    const run = await world.run(drive, {
      onStderr: (text) => {
        if (isDead || !/ConfigMap\/\S+ created/.test(text)) return;
        isDead = true;
        killApiServer();
      },
    });
    assert.ok(isDead);
    assertFails(run, 'kube/unreachable', /API server at https:\/\/127\.0\.0\.1:\d+: ./, /./);
    assert.doesNotMatch(run.stderr, /applied revision/);

    const up = await runOk(['sandbox', 'up', '--name=killed'], { env: sandboxEnv() });
    assert.match(up.stderr, /mending sandbox killed/);

    const written = await existing();
    assert.ok(written.length > 0 && written.length < COUNT, `${written.length} of ${COUNT} were written`);
    const stopped = await world.kustomization('app');
    const known = new Set(inventoryOf(stopped));
    for (const id of written) assert.ok(known.has(id), `${id} is in the inventory`);
    assert.doesNotMatch(readyOf(stopped), /^True/);
    assert.equal(readText(stopped, 'status', 'lastAppliedRevision'), '');

    // What the new revision does not have goes, whether the dead run had created it or not.
    await git.commitFiles(
      'app',
      {
        'deploy/all.yaml': names
          .slice(COUNT / 2)
          .map(manifest)
          .join('---\n'),
      },
      'Halve',
    );
    const early = await world.run(drive);
    assertFails(early, 'lease/held', /held by \S+_flux-ts_/, /if it was killed, its Lease runs out in \d+ s/);
    await ageLeases();
    const next = await world.run(drive);
    assert.equal(next.code, 0, next.stderr);
    const wanted = names
      .slice(COUNT / 2)
      .map((name) => `${NAMESPACE}_${name}__ConfigMap`)
      .sort();
    assert.deepEqual(await existing(), wanted);
    const done = await world.kustomization('app');
    assert.deepEqual(inventoryOf(done), wanted);
    assert.match(readyOf(done), /^True/);
  });
});

function pick(name: string): Record<string, string> {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}
