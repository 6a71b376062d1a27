import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { listRuleAccess, type PolicyRule, rulesOfRole, selfReviewer } from '../../src/lib/engine/rbac/index.ts';
import { writeKustomizationRole } from '../../src/lib/features/rbac/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { KUSTOMIZE_API, repository } from '../support/drive-objects.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

/** A repository in its states, and what uses every right of its role: the states in turn, then the deletion. */
interface Shape {
  readonly name: string;
  readonly spec?: JsonObject;
  /** Manifests by state; `${ns}` is the namespace of the run, and `${state}` the state. */
  readonly states: readonly string[];
  /** Verb and resource of all that the role must have, no more and no less. */
  readonly rights: readonly string[];
}

const all = (resource: string): string[] => ['create', 'delete', 'get', 'patch'].map((verb) => `${verb} ${resource}`);
const CONF = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, namespace: "${ns}"}\ndata: {state: "${state}"}\n';
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: "${ns}", labels: {state: "${state}"}}\nspec: {ports: [{port: 80}]}\n';
const clusterObject = (apiVersion: string, kind: string, rest: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: "\${ns}-extra", labels: {state: "\${state}"}}\n${rest}`;
const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: "things.\${ns}.example.com", labels: {state: "\${state}"}}
spec:
  group: "\${ns}.example.com"
  scope: Namespaced
  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`;
const THING =
  'apiVersion: "${ns}.example.com/v1"\nkind: Thing\nmetadata: {name: one, namespace: "${ns}", labels: {state: "${state}"}}\n';

const SHAPES: readonly Shape[] = [
  {
    name: 'plain objects of a namespace, pruned',
    states: [`${CONF}---\n${SERVICE}`, `${CONF}---\n${SERVICE}`, CONF],
    rights: [...all('configmaps'), ...all('services')],
  },
  {
    name: 'a change that only force can make',
    spec: { force: true, prune: false },
    states: [`${CONF}immutable: true\n`, `${CONF}immutable: true\n`],
    rights: all('configmaps'),
  },
  {
    name: 'objects of the whole cluster',
    states: [
      clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'value: 7\n'),
      clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'value: 7\n'),
    ],
    rights: all('priorityclasses'),
  },
  {
    name: 'a namespace',
    states: [clusterObject('v1', 'Namespace', ''), clusterObject('v1', 'Namespace', '')],
    rights: all('namespaces'),
  },
  {
    name: 'a definition and an object of it',
    states: [`${CRD}---\n${THING}`, `${CRD}---\n${THING}`, CRD],
    rights: [...all('things'), ...all('customresourcedefinitions')],
  },
];

describe('of the role that rbac role prints, nothing can be taken away', { timeout: 900_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
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

  const prepare = async (shape: Shape): Promise<ObjectRef> => {
    const namespace = `least-${process.pid}-${serial++}`;
    await git.create(namespace);
    const files = shape.states.map((text, index) => [`v${index}/all.yaml`, text.replaceAll('${state}', `v${index}`)] as const);
    await git.commitFiles(namespace, Object.fromEntries(files), 'Begin');
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dev-team', namespace } });
    await kube.create(repository(namespace, 'app', git.urlOf(namespace)));
    await kube.create({
      apiVersion: KUSTOMIZE_API,
      kind: 'Kustomization',
      metadata: { name: 'app', namespace },
      spec: {
        interval: '10m',
        path: './v0',
        prune: true,
        serviceAccountName: 'dev-team',
        sourceRef: { kind: 'GitRepository', name: 'app' },
        postBuild: { substitute: { ns: namespace } },
        ...shape.spec,
      },
    });
    return { apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace, name: 'app' };
  };
  /** Lives a whole life under the role without one verb on one resource; no preflight comes before the API server. */
  const live = async (shape: Shape, without: string): Promise<{ rights: string[]; error: string }> => {
    const ref = await prepare(shape);
    const { namespace = '' } = ref;
    const ports = drivePorts(kube);
    const options = { skipPreflight: true, fluxNamespace: namespace };
    const run = async (): Promise<string> => {
      const report = await drive({ from: 'names', namespace, names: ['app'] }, ports, options);
      return report.kustomizations[0]?.error?.message ?? '';
    };
    await run();
    const roles = await writeKustomizationRole(ref, ports);
    const rights = new Set<string>();
    const reviewer = selfReviewer(kube.impersonate(`system:serviceaccount:${namespace}:dev-team`));
    for (const role of roles) {
      const kept: PolicyRule[] = [];
      for (const access of listRuleAccess(rulesOfRole(role), role.metadata.namespace)) {
        const { verb, group, resource, name } = access;
        rights.add(`${verb} ${resource}`);
        if (`${verb} ${resource}` === without) continue;
        kept.push({
          apiGroups: [group],
          resources: [resource],
          verbs: [verb],
          ...(name === undefined ? {} : { resourceNames: [name] }),
        });
      }
      const changed: K8sObject = role['rules'] === undefined ? role : { ...role, rules: kept };
      await kube.apply(changed, { fieldManager: 'test', force: true });
    }
    // The authorizer hears of roles a moment after they are stored.
    for (const role of roles) {
      for (const access of listRuleAccess(rulesOfRole(role), role.metadata.namespace)) {
        if (`${access.verb} ${access.resource}` === without) continue;
        while (!(await reviewer.review(access)).allowed) await sleep(20);
      }
    }
    for (let state = 0; state < shape.states.length; state += 1) {
      await kube.patch(ref, { spec: { path: `./v${state}` } }, { type: 'merge' });
      const error = await run();
      if (error !== '') return { rights: [...rights], error };
    }
    await kube.delete(ref);
    return { rights: [...rights], error: await run() };
  };

  for (const shape of SHAPES) {
    it(shape.name, async () => {
      const whole = await live(shape, '');
      assert.equal(whole.error, '', 'with all of it every step passes');
      assert.deepEqual(whole.rights.toSorted(), [...shape.rights].toSorted());
      for (const right of whole.rights) {
        assert.match((await live(shape, right)).error, /forbidden/, `without ${right}`);
      }
    });
  }
});
