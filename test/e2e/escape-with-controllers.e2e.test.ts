import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import { readCondition, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyTenant, makeTenant } from '../../src/lib/features/tenant/index.ts';
import { SILENT } from '../../src/lib/core/progress.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const LOCKED = ['--default-service-account=default', '--no-cross-namespace-refs=true', '--no-remote-bases=true'];

/** What `check tenant --sandbox` runs by its own code, done by Flux's controllers: they must come to the same. */
describe('the ways out of a tenant, with the real controllers', { timeout: 300_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let tenant: KubeClient;
  let serial = 0;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    await git.create('team');
    await git.create('platform');
    const loot = (namespace?: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: loot\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
    await git.commitFiles(
      'team',
      {
        'bare/loot.yaml': loot('platform'),
        'elsewhere/loot.yaml': loot(),
        'cluster/loot.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: loot}\n',
        'remote/kustomization.yaml': `resources: [${git.urlOf('platform')}?ref=main]\n`,
      },
      'Attack',
    );
    await git.commitFiles('platform', { 'kustomization.yaml': 'resources: [loot.yaml]\n', 'loot.yaml': loot() }, 'Keep');
    const objects = makeTenant({
      name: 'team',
      namespaces: ['apps'],
      clusterRole: 'admin',
      serviceAccount: '',
      skipNamespace: false,
      labels: {},
    });
    await applyTenant(objects, kube, { progress: SILENT, signal: new AbortController().signal });
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'platform' } });
    for (const [name, namespace] of [
      ['team', 'apps'],
      ['platform', 'platform'],
    ] as const) {
      const spec = { interval: '10m', url: git.urlOf(name), ref: { branch: 'main' } };
      await kube.create({ apiVersion: SOURCE, kind: 'GitRepository', metadata: { name, namespace }, spec });
    }
    // What Flux's roles aggregate to admin: a tenant may write Flux objects.
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'flux-edit', labels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } },
      rules: [{ apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['*'], verbs: ['*'] }],
    });
    tenant = kube.impersonate('system:serviceaccount:apps:team');
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  /** Stores a Kustomization as the tenant, and gives what its controller came to. */
  const attack = async (spec: JsonObject): Promise<string> => {
    const name = `attack-${serial++}`;
    const ref = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: 'apps', name };
    const kustomization = {
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name, namespace: 'apps' },
      spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'team' }, ...spec },
    };
    for (;;) {
      try {
        await tenant.create(kustomization);
        break;
      } catch (error) {
        // Roles are aggregated a moment after they are stored.
        if (serial > 1) throw error;
        await sleep(200);
      }
    }
    for (;;) {
      const ready = readCondition((await kube.get(ref)) ?? {}, 'Ready');
      const [status, message] = [readText(ready, 'status'), readText(ready, 'message')];
      // Sources that are not there yet, and progress, are no answer.
      if (status === 'True' || (status === 'False' && !/artifact not found|Source is not ready/.test(message))) {
        await kube.delete(ref);
        return status === 'True' ? 'reached' : message;
      }
      await sleep(100);
    }
  };
  const ATTACKS: Readonly<Record<string, JsonObject>> = {
    E1: { path: './bare' },
    E3: {
      sourceRef: { kind: 'GitRepository', name: 'platform', namespace: 'platform' },
      serviceAccountName: 'team',
      targetNamespace: 'apps',
    },
    E4: { path: './elsewhere', serviceAccountName: 'team', targetNamespace: 'platform' },
    E7: { path: './remote', serviceAccountName: 'team', targetNamespace: 'apps' },
    E14: { path: './cluster', serviceAccountName: 'team' },
  };
  const attackAll = async (flags: readonly string[]): Promise<Record<string, string>> => {
    const controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      clusterAdmin: true,
      flags: { 'kustomize-controller': flags },
    });
    try {
      const results: Record<string, string> = {};
      for (const [id, spec] of Object.entries(ATTACKS)) results[id] = await attack(spec);
      return results;
    } finally {
      await controllers.stop();
    }
  };

  it('are open as Flux comes, where check tenant says so', async () => {
    const { E1, E3, E4, E14 } = await attackAll([]);
    assert.deepEqual([E1, E3], ['reached', 'reached']);
    assert.match(E4 ?? '', /forbidden/);
    assert.match(E14 ?? '', /forbidden/);
  });

  it('are shut by the flags of the lock-down, where check tenant says so', async () => {
    const results = await attackAll(LOCKED);
    assert.match(results['E1'] ?? '', /forbidden: User "system:serviceaccount:apps:default"/);
    assert.match(results['E3'] ?? '', /cross-namespace references have been blocked/);
    assert.match(results['E4'] ?? '', /forbidden/);
    assert.notEqual(results['E7'], 'reached');
    assert.match(results['E14'] ?? '', /forbidden/);
  });
});
