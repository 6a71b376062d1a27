import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { conditionLines, configMapFile, KUSTOMIZE_API, kustomization, prepareApp } from '../support/drive-objects.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const check = (current: string): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', current });
const depends = (readyExpr: string): JsonObject => ({ dependsOn: [{ name: 'app', readyExpr }] });

/** Kustomizations by name, and what each of them tries. */
const CASES: Readonly<Record<string, JsonObject>> = {
  'health-holds': { wait: true, healthCheckExprs: [check("data.from == '1' && metadata.name.startsWith('o')")] },
  'health-twice': { healthCheckExprs: [check('true'), check('true')] },
  'health-no-macro': { healthCheckExprs: [check('has(data)')] },
  'health-bad-pattern': { healthCheckExprs: [check("data.from.matches('(')")] },
  'ready-holds': depends("dep.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')"),
  'ready-not': depends('dep.spec.suspend == true || dep.metadata.generation > 5'),
  'ready-fails': depends('dep.status.nope.deeper == 1'),
  'ready-no-bool': depends('dep.status.lastAppliedRevision'),
  'ready-unknown': depends('deb.status.x == 1 && foo(1)'),
  'ready-types': depends("1 == 'a'"),
  'remote-no-secret-key': { kubeConfig: { secretRef: { name: 'remote', key: 'other' } } },
  ignores: { ignore: [{ paths: ['/data/from'], target: { kind: 'ConfigMap' } }] },
  'ignores-badly': { ignore: [{ paths: ['/data/from'], target: { kind: '(' } }] },
};

describe('expressions, driven and by the real controller', { timeout: 300_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  const conditionsIn = async (namespace: string): Promise<Record<string, string[]>> => {
    const { items } = await kube.list({ apiVersion: KUSTOMIZE_API, kind: 'Kustomization' }, { namespace });
    return Object.fromEntries(
      items.map((item) => [item.metadata.name, conditionLines(item).map((line) => comparable(line, namespace))]),
    );
  };

  it('leave the same conditions', async () => {
    await prepare('driven');
    // Twice: what is ready by then was not the first time.
    await drive({ from: 'cluster', namespace: 'driven' }, drivePorts(kube));
    await drive({ from: 'cluster', namespace: 'driven' }, drivePorts(kube));
    const driven = await conditionsIn('driven');

    await prepare('controlled');
    const controllers = await startFluxControllers({ kubeconfigPath: sandbox.kubeconfigPath, clusterAdmin: true });
    try {
      for (const end = Date.now() + 90_000; Date.now() < end; await sleep(500)) {
        const lines = Object.values(await conditionsIn('controlled'));
        const isOver =
          lines.length === Object.keys(CASES).length + 1 &&
          lines.every((one) => one.some((line) => /^Ready (True|False)/.test(line)));
        const held = (await conditionsIn('controlled'))['ready-holds'] ?? [];
        if (isOver && held.some((line) => line.startsWith('Ready True'))) break;
      }
      const controlled = await conditionsIn('controlled');
      for (const name of Object.keys(CASES)) assert.deepEqual(driven[name], controlled[name], name);
    } finally {
      await controllers.stop();
    }
  });

  async function prepare(namespace: string): Promise<void> {
    await prepareApp(kube, git, namespace, { 'deploy/a.yaml': configMapFile('one', '1') });
    await kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'remote', namespace }, stringData: { value: 'x' } });
    for (const [name, spec] of Object.entries(CASES)) {
      await kube.create(kustomization(namespace, name, { namePrefix: `o-${name}-`, ...spec }));
    }
  }
});

/** Without what differs in every run, and without the empty list of changes that upstream puts after an error. */
function comparable(line: string, namespace: string): string {
  return line
    .trimEnd()
    .replaceAll(namespace, 'NS')
    .replace(/sha1:[0-9a-f]{40}/g, 'sha1:COMMIT')
    .replace(/Health check passed in \S+/, 'Health check passed in TIME');
}
