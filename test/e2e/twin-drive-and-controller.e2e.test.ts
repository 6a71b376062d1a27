import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonValue } from '../../src/lib/core/json.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import { readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

/** Manifests with something of everything that the normal form touches. */
const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {}}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: false
      initContainers:
      - {name: init, image: busybox, ports: [{containerPort: 81}]}
      containers:
      - name: web
        image: nginx
        ports: [{containerPort: 80}]
        env:
        - {name: EMPTY, value: ""}
        - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        resources: {limits: {cpu: 0.5, memory: 1024Mi}}
      volumes:
      - {name: tmp, emptyDir: {sizeLimit: 1024Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
data: {a: YQ==}
stringData: {b: plain}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 0 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {cpu: 8000m, memory: 0.5Gi}}
`;

const APPLIED: readonly (readonly [apiVersion: string, kind: string, name: string])[] = [
  ['apps/v1', 'Deployment', 'web'],
  ['v1', 'Service', 'web'],
  ['v1', 'Secret', 'secret'],
  ['batch/v1', 'CronJob', 'nightly'],
  ['rbac.authorization.k8s.io/v1', 'Role', 'reader'],
  ['v1', 'ResourceQuota', 'quota'],
];

describe('drive() and the real controllers', () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    await git.create('fleet');
    await git.commitFiles('fleet', { 'deploy/all.yaml': MANIFESTS, 'more/conf.yaml': configMap('1') }, 'Begin');
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('leave the same, and hand over to one another without a write', async () => {
    await createObjects('driven');
    const report = await drive({ from: 'cluster', namespace: 'driven' }, drivePorts(kube));
    assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
    await until(async () => readPath((await readAll('driven'))[0], 'status', 'observedGeneration') === 1);
    const driven = await readAll('driven');
    const versions = driven.map(({ metadata }) => metadata.resourceVersion);
    const status = await kustomizationStatus('driven');

    await createObjects('controlled');
    const controllers = await startFluxControllers({ kubeconfigPath: sandbox.kubeconfigPath, clusterAdmin: true });
    try {
      await until(async () => readyReason(await kustomization('controlled')) === 'ReconciliationSucceeded');
      await until(() =>
        Promise.resolve(/"name":"app","namespace":"driven"[^\n]*/.test(finished(controllers.logs('kustomize-controller')))),
      );
    } finally {
      await controllers.stop();
    }

    const after = await readAll('driven');
    assert.deepEqual(
      after.map(({ metadata }) => metadata.resourceVersion),
      versions,
      'the controller rewrote nothing',
    );
    const controlled = await readAll('controlled');
    for (const [index, object] of driven.entries()) {
      assert.deepEqual(essence(object, 'driven'), essence(controlled[index], 'controlled'), object.kind);
    }
    const theirs = await kustomizationStatus('driven');
    assert.deepEqual(theirs['inventory'], status['inventory']);
    assert.deepEqual(
      readPath(status, 'inventory'),
      renamed(await kustomizationStatus('controlled'), 'controlled', 'driven')['inventory'],
    );
    assert.deepEqual(shapeOf(status), shapeOf(renamed(await kustomizationStatus('controlled'), 'controlled', 'driven')));

    await git.commitFiles('fleet', { 'more/conf.yaml': null, 'deploy/conf.yaml': configMap('2') }, 'Add a ConfigMap');
    const back = await drive({ from: 'cluster', namespace: 'controlled' }, drivePorts(kube));
    assert.equal(back.isDone, true, JSON.stringify(back, null, 2));
    assert.deepEqual(back.kustomizations[0]?.counts, { created: 1, configured: 0, unchanged: 6, skipped: 0, pruned: 0 });
  });

  async function createObjects(namespace: string): Promise<void> {
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'app', namespace },
      spec: { interval: '1h', url: git.urlOf('fleet'), ref: { branch: 'main' } },
    });
    await kube.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name: 'app', namespace },
      spec: {
        interval: '1h',
        retryInterval: '2s',
        path: './deploy',
        prune: true,
        targetNamespace: namespace,
        sourceRef: { kind: 'GitRepository', name: 'app' },
      },
    });
  }

  async function readAll(namespace: string): Promise<K8sObject[]> {
    const found: K8sObject[] = [];
    for (const [apiVersion, kind, name] of APPLIED) {
      const object = await kube.get({ apiVersion, kind, namespace, name });
      assert.ok(object !== undefined, `${kind} ${name}`);
      found.push(object);
    }
    return found;
  }

  function kustomization(namespace: string): Promise<K8sObject | undefined> {
    const ref: ObjectRef = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'app' };
    return kube.get(ref);
  }

  async function kustomizationStatus(namespace: string): Promise<Record<string, JsonValue>> {
    return ((await kustomization(namespace))?.['status'] ?? {}) as Record<string, JsonValue>;
  }
});

/** What two runs must agree on: content, labels, and who owns which field. */
function essence(object: K8sObject | undefined, namespace: string): JsonValue {
  assert.ok(object !== undefined);
  const { metadata, status: _status, ...content } = object;
  const { labels = {}, annotations = {}, managedFields = [] } = metadata;
  const ours = managedFields.filter(({ manager }) => manager === 'kustomize-controller');
  const owned = ours.map(({ time: _time, ...entry }) => entry);
  const shown = renamed({ content, labels, annotations, owned } as Record<string, JsonValue>, namespace, 'NS');
  const service = shown['content'] as { spec?: Record<string, JsonValue> };
  delete service.spec?.['clusterIP'];
  delete service.spec?.['clusterIPs'];
  return shown;
}

function renamed(value: Record<string, JsonValue>, from: string, to: string): Record<string, JsonValue> {
  return JSON.parse(JSON.stringify(value).replaceAll(from, to)) as Record<string, JsonValue>;
}

/** A status without times and durations. */
function shapeOf(status: Record<string, JsonValue>): JsonValue {
  const conditions = readList(status, 'conditions').map((condition) => ({
    ...(condition as Record<string, JsonValue>),
    lastTransitionTime: '',
  }));
  const history = readList(status, 'history').map((entry) => ({
    status: readText(entry, 'lastReconciledStatus'),
    metadata: readPath(entry, 'metadata') ?? null,
    total: readPath(entry, 'totalReconciliations') ?? null,
  }));
  return { ...status, conditions, history } as JsonValue;
}

function readyReason(object: K8sObject | undefined): string {
  const ready = readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
  return readText(ready, 'status') === 'True' ? readText(ready, 'reason') : '';
}

function finished(logs: string): string {
  return logs
    .split('\n')
    .filter((line) => line.includes('Reconciliation finished'))
    .join('\n');
}

function configMap(value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {value: "${value}"}\n`;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await isTrue()); turn++) {
    if (turn > 300) throw new Error('it did not come true within a minute');
    await sleep(200);
  }
}
