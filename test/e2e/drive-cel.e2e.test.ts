import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { conditionLines, configMapFile, KUSTOMIZE_API, kustomization, prepareApp, repository } from '../support/drive-objects.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const GROUP = 'cel.flux-ts.test';
const DATABASE = 'apiVersion: cel.flux-ts.test/v1\nkind: Database\nmetadata: {name: db}\nspec: {size: 3}\n';

describe('expressions in driven runs', { timeout: 240_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let serial = 0;
  const nextNamespace = (): string => `cel-${process.pid}-${serial++}`;
  const live = (namespace: string, name = 'app') =>
    kube.get({ apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace, name });
  const run = (namespace: string, ...names: string[]) =>
    drive({ from: 'names', namespace, names: names.length === 0 ? ['app'] : names }, drivePorts(kube));
  const setStatus = (namespace: string, status: JsonObject) =>
    kube.patch(
      { apiVersion: `${GROUP}/v1`, kind: 'Database', namespace, name: 'db' },
      { status },
      { type: 'merge', subresource: 'status' },
    );

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    await defineDatabases(kube);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('waits for what healthCheckExprs ask, and not for what kstatus would', async () => {
    const namespace = nextNamespace();
    await prepareApp(
      kube,
      git,
      namespace,
      { 'deploy/db.yaml': DATABASE },
      {
        wait: true,
        healthCheckExprs: [
          {
            apiVersion: `${GROUP}/v1`,
            kind: 'Database',
            failed: "status.phase == 'Broken'",
            current: "status.phase == 'Up' && status.members.filter(m, m.ready).size() == spec.size",
          },
        ],
      },
    );
    const stop = new AbortController();
    const becomes = async (status: JsonObject): Promise<void> => {
      for (;;) {
        stop.signal.throwIfAborted();
        const found = await setStatus(namespace, status).catch(() => undefined);
        if (found !== undefined) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const members = (ready: number): JsonObject[] => [0, 1, 2].map((index) => ({ ready: index < ready }));
    const steps = (async () => {
      await becomes({ phase: 'Up', members: members(2) });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await becomes({ phase: 'Up', members: members(3) });
    })();
    const report = await run(namespace);
    await steps;
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    assert.match(conditionLines(await live(namespace)).join('\n'), /Healthy True Succeeded/);

    await setStatus(namespace, { phase: 'Broken' });
    const failed = await run(namespace);
    stop.abort();
    assert.equal(failed.kustomizations[0]?.error?.code, 'health/failed');
    assert.match(
      conditionLines(await live(namespace)).join('\n'),
      /Ready False HealthCheckFailed .*Database\/.*\/db status: 'Failed'/,
    );
  });

  it('stalls on an expression that does not compile, before anything is written', async () => {
    const namespace = nextNamespace();
    await prepareApp(
      kube,
      git,
      namespace,
      { 'deploy/a.yaml': configMapFile('one', '1') },
      {
        healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.from == ' }],
      },
    );
    const report = await run(namespace);
    assert.equal(report.kustomizations[0]?.error?.code, 'reconcile/invalid-cel');
    assert.equal(report.kustomizations[0]?.retryAfterMs, undefined);
    const object = await live(namespace);
    const lines = conditionLines(object);
    const why =
      "Reconciliation failed terminally due to configuration error: failed to create custom status evaluator for healthchecks[0]: failed to parse the expression Current: failed to parse the CEL expression 'data.from == '";
    for (const begin of [`Stalled True InvalidCELExpression ${why}`, `Ready False InvalidCELExpression ${why}`]) {
      assert.ok(
        lines.some((line) => line.startsWith(begin)),
        lines.join('\n'),
      );
    }
    assert.equal(readPath(object, 'status', 'observedGeneration'), object?.metadata.generation);
    assert.equal(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'one' }), undefined);
  });

  it('asks readyExpr in the place of the ready condition', async () => {
    const namespace = nextNamespace();
    await prepareApp(
      kube,
      git,
      namespace,
      { 'deploy/a.yaml': configMapFile('one', '1') },
      {
        dependsOn: [
          {
            name: 'base',
            readyExpr: "dep.metadata.labels['version'] == self.metadata.labels['version'] && has(dep.status.inventory)",
          },
        ],
      },
    );
    await git.commitFiles(namespace, { 'base/b.yaml': configMapFile('base', '1') }, 'Base');
    await kube.create({
      ...kustomization(namespace, 'base', { path: './base' }),
      metadata: { name: 'base', namespace, labels: { version: 'v1' } },
    });
    const label = (version: string) =>
      kube.patch(
        { apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace, name: 'app' },
        { metadata: { labels: { version } } },
        { type: 'merge' },
      );
    await label('v2');
    const blocked = await run(namespace, 'base', 'app');
    const app = blocked.kustomizations.find(({ name }) => name === 'app');
    assert.equal(app?.outcome, 'blocked');
    assert.equal(app?.error?.message, `dependency '${namespace}/base' is not ready according to readyExpr eval`);
    assert.equal(app?.retryAfterMs, 30_000);
    assert.match(conditionLines(await live(namespace)).join('\n'), /Ready False DependencyNotReady/);
    await label('v1');
    const report = await run(namespace, 'base', 'app');
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
  });

  it('waits for objects of other kinds where the Kustomization comes from a file', async () => {
    const namespace = nextNamespace();
    await prepareApp(kube, git, namespace, { 'deploy/a.yaml': configMapFile('one', '1') });
    const of = (entry: JsonObject): K8sObject[] => [
      repository(namespace, 'app', git.urlOf(namespace)),
      kustomization(namespace, 'filed', { dependsOn: [entry] }),
    ];
    const database = { apiVersion: `${GROUP}/v1`, kind: 'Database', name: 'db', namespace };
    const answer = async (entry: JsonObject): Promise<string> => {
      const report = await drive({ from: 'objects', objects: of(entry) }, drivePorts(kube));
      return report.kustomizations[0]?.error?.message ?? 'done';
    };
    assert.equal(await answer(database), `dependency 'Database/${namespace}/db' not found: Database "db" not found`);
    await kube.create({ apiVersion: `${GROUP}/v1`, kind: 'Database', metadata: { name: 'db', namespace }, spec: { size: 1 } });
    await setStatus(namespace, { conditions: [{ type: 'Ready', status: 'False' }] });
    assert.equal(await answer(database), `dependency 'Database/${namespace}/db' is not ready`);
    assert.equal(await answer({ ...database, ready: false, readyExpr: 'never read' }), 'done');
    assert.equal(await answer({ ...database, readyExpr: 'dep.spec.size == 1' }), 'done');
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `databases.${GROUP}` };
    assert.equal(await answer(definition), 'done');
  });

  it('leaves the fields of spec.ignore to others', async () => {
    const namespace = nextNamespace();
    const deployment = (image: string): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: ${image}}]}\n`;
    await prepareApp(
      kube,
      git,
      namespace,
      {
        'deploy/web.yaml': deployment('web:1'),
        'deploy/api.yaml': deployment('api:1').replace('name: web}\nspec', 'name: api}\nspec'),
      },
      {
        ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'web' } }],
      },
    );
    await run(namespace);
    const ref = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    const replicas = async (name: string): Promise<unknown> => readPath(await kube.get(ref(name)), 'spec', 'replicas');
    for (const name of ['web', 'api'])
      await kube.patch(ref(name), { spec: { replicas: 4 } }, { type: 'merge', fieldManager: 'scaler' });
    const first = await run(namespace);
    assert.deepEqual(first.kustomizations[0]?.counts, { created: 0, configured: 1, unchanged: 1, skipped: 0, pruned: 0 });
    assert.equal(await replicas('web'), 4);
    assert.equal(await replicas('api'), 1);
    await git.commitFiles(namespace, { 'deploy/web.yaml': deployment('web:2') }, 'New image');
    const second = await run(namespace);
    assert.equal(second.kustomizations[0]?.counts.configured, 1, JSON.stringify(second, null, 2));
    const web = await kube.get(ref('web'));
    assert.equal(readText(readList(web, 'spec', 'template', 'spec', 'containers')[0], 'image'), 'web:2');
    assert.equal(await replicas('web'), 4, 'an apply for another reason leaves it too');
  });
});

async function defineDatabases(kube: KubeClient): Promise<void> {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await kube.apply(
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `databases.${GROUP}` },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { kind: 'Database', plural: 'databases', singular: 'database' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: free, status: free } } },
          },
        ],
      },
    },
    { fieldManager: 'test' },
  );
  for (;;) {
    kube.forgetDiscovery();
    if ((await kube.resourceOf({ apiVersion: `${GROUP}/v1`, kind: 'Database' })) !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
