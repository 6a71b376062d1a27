import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANNOTATION, CONDITION } from '../../src/lib/core/flux.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import { readCondition, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { rulesOfRole } from '../../src/lib/engine/rbac/index.ts';
import { writeKustomizationRole } from '../../src/lib/features/rbac/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const FILES: Readonly<Record<string, string>> = {
  'deploy/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 0, selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: x, image: x}]}}}\n',
  'deploy/conf.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {value: "1"}\n',
  'deploy/old.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\n',
  'deploy/role.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules: [{apiGroups: [""], resources: [endpoints], verbs: [get]}]\n',
  'deploy/binding.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: reader}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects: [{kind: ServiceAccount, name: app, namespace: apps}]\n',
};

describe('the role that rbac role prints, and the real kustomize-controller', { timeout: 900_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let controllers: FluxControllers;

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    await git.create('team');
    await git.commitFiles('team', FILES, 'Begin');
    controllers = await startFluxControllers({ kubeconfigPath: sandbox.kubeconfigPath, clusterAdmin: true });
  });

  after(async () => {
    await controllers?.stop();
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  /** A tenant whose account has what the generated roles grant, as `change` leaves them. */
  const createTenant = async (namespace: string, change: (role: K8sObject) => K8sObject): Promise<ObjectRef> => {
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dev-team', namespace } });
    const source = { apiVersion: SOURCE, kind: 'GitRepository', namespace, name: 'team' };
    await kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'team', namespace },
      spec: { interval: '10m', url: git.urlOf('team'), ref: { branch: 'main' } },
    });
    const ref = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'web' };
    await kube.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name: 'web', namespace },
      spec: {
        suspend: true,
        interval: '10m',
        retryInterval: '2s',
        timeout: '30s',
        path: './deploy',
        prune: true,
        wait: true,
        targetNamespace: namespace,
        serviceAccountName: 'dev-team',
        sourceRef: { kind: 'GitRepository', name: 'team' },
      },
    });
    while (readText(await kube.get(source), 'status', 'artifact', 'revision') === '') await sleep(100);
    for (const role of await writeKustomizationRole(ref, drivePorts(kube)))
      await kube.apply(change(role), { fieldManager: 'test', force: true });
    await kube.patch(ref, { spec: { suspend: false } }, { type: 'merge' });
    return ref;
  };
  /** Waits until the controller has an answer to a commit. */
  const waitAnswer = async (ref: ObjectRef, commit: string): Promise<string> => {
    for (;;) {
      const object = await kube.get(ref);
      const ready = object === undefined ? undefined : readCondition(object, CONDITION.ready);
      const isCurrent = readText(object, 'status', 'lastAttemptedRevision').endsWith(commit);
      if (isCurrent && ['True', 'False'].includes(readText(ready, 'status'))) {
        return `${readText(ready, 'reason')} ${readText(ready, 'message')}`;
      }
      await sleep(100);
    }
  };

  it('is enough to apply, change, prune and delete; without its lists the controller cannot tell what is healthy', async () => {
    const first = (await git.git('team', 'rev-parse', 'main')).trim();
    const whole = await createTenant('whole', (role) => role);
    const partial = await createTenant('partial', (role) =>
      role['rules'] === undefined ? role : { ...role, rules: rulesOfRole(role).filter(({ verbs }) => !verbs.includes('list')) },
    );
    assert.match(await waitAnswer(whole, first), /^ReconciliationSucceeded /);
    assert.match(await waitAnswer(partial, first), /^HealthCheckFailed .*cannot list resource "replicasets"/);

    const change = { 'deploy/old.yaml': null, 'deploy/conf.yaml': String(FILES['deploy/conf.yaml']).replace('"1"', '"2"') };
    const second = await git.commitFiles('team', change, 'Change one, remove one');
    const source = { apiVersion: SOURCE, kind: 'GitRepository', namespace: 'whole', name: 'team' };
    const requested = { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: 'now' } } };
    await kube.patch(source, requested, { type: 'merge' });
    assert.match(await waitAnswer(whole, second), /^ReconciliationSucceeded /);
    const configMap = (name: string) => kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'whole', name });
    assert.equal(await configMap('old'), undefined);
    assert.equal(readText(await configMap('conf'), 'data', 'value'), '2');
    await kube.delete(whole);
    while ((await kube.get(whole)) !== undefined) await sleep(100);
    assert.equal(await configMap('conf'), undefined);
  });
});
