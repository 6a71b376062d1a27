import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject, ObjectRef } from '../../src/lib/core/objects.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { listRuleAccess, type PolicyRule, rulesOfRole, selfReviewer } from '../../src/lib/engine/rbac/index.ts';
import { writeKustomizationRole } from '../../src/lib/features/rbac/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const RBAC = 'rbac.authorization.k8s.io/v1';

describe('rbac check and rbac role against a real API server', { timeout: 600_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let cache: string;
  let serial = 0;

  before(async () => {
    sandbox = await useSandbox();
    cache = mkdtempSync(join(tmpdir(), 'flux-ts-rbac-role-'));
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
    rmSync(cache, { recursive: true, force: true });
  });

  /** A tenant's namespace with an account without rights, and a Kustomization of it. */
  const prepare = async (repository: string, spec: JsonObject = {}): Promise<string> => {
    const namespace = `rbac-${process.pid}-${serial++}`;
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dev-team', namespace } });
    await kube.create({
      apiVersion: SOURCE,
      kind: 'GitRepository',
      metadata: { name: 'team', namespace },
      spec: { interval: '10m', url: git.urlOf(repository), ref: { branch: 'main' } },
    });
    await kube.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name: 'web', namespace },
      spec: {
        interval: '10m',
        path: './deploy',
        prune: true,
        serviceAccountName: 'dev-team',
        sourceRef: { kind: 'GitRepository', name: 'team' },
        postBuild: { substitute: { ns: namespace } },
        ...spec,
      },
    });
    return namespace;
  };
  const cli = (namespace: string, ...argv: string[]): Promise<CliRun> =>
    runCli([...argv, '-n', namespace], {
      env: { KUBECONFIG: sandbox.kubeconfigPath, XDG_CACHE_HOME: cache, FLUX_SYSTEM_NAMESPACE: namespace },
    });
  const reconcile = (namespace: string, ...more: string[]): Promise<CliRun> =>
    cli(namespace, 'reconcile', 'kustomization', 'web', '--with-source', '--drive', ...more);
  /** What `kubectl apply --server-side` does with a stream of documents. */
  const applyYaml = async (text: string): Promise<K8sObject[]> => {
    const objects = parseYamlDocuments(text).map(({ value }) => value as K8sObject);
    for (const object of objects) await kube.apply(object, { fieldManager: 'kubectl', force: false });
    return objects;
  };
  /** The authorizer hears of roles a moment after they are stored. */
  const waitGranted = async (namespace: string, objects: readonly K8sObject[]): Promise<void> => {
    const reviewer = selfReviewer(kube.impersonate(`system:serviceaccount:${namespace}:dev-team`));
    for (const role of objects.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')) {
      for (const request of listRuleAccess(rulesOfRole(role), role.metadata.namespace)) {
        while (!(await reviewer.review(request)).allowed) await sleep(20);
      }
    }
  };

  it('goes from refused to applied by what it prints, and never takes back what it granted before', async () => {
    const repository = `team-${process.pid}`;
    await git.create(repository);
    const files = {
      'deploy/conf.yaml': configMap('conf', '${ns}'),
      'deploy/space.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: "${ns}-extra"}\n',
      'deploy/leak.yaml': configMap('leak', '${ns}-extra'),
      'deploy/role.yaml': `apiVersion: ${RBAC}\nkind: ClusterRole\nmetadata: {name: "\${ns}"}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n`,
    };
    await git.commitFiles(repository, files, 'Begin');
    const namespace = await prepare(repository);

    const refused = await reconcile(namespace);
    assert.equal(refused.code, 1);
    const story = refused.stderr.slice(refused.stderr.indexOf('✗')).split('\n');
    assert.equal(story[0], '✗ refused before anything was written: 4 of 4 objects need rights that dev-team lacks');
    assert.match(refused.stderr, /^ {4}get, patch, create +namespaces +\(cluster\) +Namespace\/rbac-\S+-extra$/m);
    assert.match(refused.stderr, /^ {4}get, patch, create +configmaps +in rbac-\S+-extra +ConfigMap\/leak$/m);
    assert.match(
      refused.stderr,
      new RegExp(`^ {4}grant them:   flux-ts rbac role kustomization web -n ${namespace} --missing$`, 'm'),
    );
    assert.match(refused.stderr, new RegExp(`^ {4}or see who may: flux-ts rbac check kustomization web -n ${namespace}$`, 'm'));

    const checked = await cli(namespace, 'rbac', 'check', 'kustomization', 'web');
    assert.equal(checked.code, 1);
    assert.match(checked.stdout, /^VERBS +RESOURCE +NAMESPACE +OBJECT\n/);
    assert.match(
      checked.stdout,
      /^get, patch, create, escalate +clusterroles\.rbac\.authorization\.k8s\.io +\(cluster\) +ClusterRole\//m,
    );
    assert.equal(
      await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'conf' }),
      undefined,
      'nothing was written',
    );

    const missing = await cli(namespace, 'rbac', 'role', 'kustomization', 'web', '--missing');
    assert.equal(missing.code, 0, missing.stderr);
    const first = await applyYaml(missing.stdout);
    await waitGranted(namespace, first);
    const done = await reconcile(namespace);
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await cli(namespace, 'rbac', 'check', 'kustomization', 'web')).code, 0);
    const nothing = await cli(namespace, 'rbac', 'role', 'kustomization', 'web', '--missing');
    assert.deepEqual([nothing.code, nothing.stdout], [0, '']);

    await git.commitFiles(repository, { 'deploy/more.yaml': configMap('more', '${ns}') }, 'Add one');
    const json = await reconcile(namespace, '-o', 'json');
    assert.equal(json.code, 1);
    const { error } = JSON.parse(json.stderr.slice(json.stderr.indexOf('{\n  "error"'))) as {
      error: { code: string; message: string; details: { denied: JsonObject[]; missingRoles: K8sObject[] } };
    };
    assert.equal(error.code, 'rbac/denied');
    assert.deepEqual(
      error.details.denied.map(({ verb, resource, name }) => [verb, resource, name]),
      ['get', 'patch', 'create'].map((verb) => [verb, 'configmaps', 'more']),
    );
    assert.deepEqual(
      error.details.missingRoles.map(({ kind }) => kind),
      ['Role', 'RoleBinding'],
    );
    const again = await cli(namespace, 'rbac', 'role', 'kustomization', 'web', '--missing');
    const second = await applyYaml(again.stdout);
    assert.deepEqual(second[0]?.['rules'], [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['more'], verbs: ['create', 'delete', 'get', 'patch'] },
    ]);
    await waitGranted(namespace, [...first, ...second]);
    assert.equal((await reconcile(namespace)).code, 0);

    await kube.delete({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'web' });
    const gone = await cli(namespace, 'drive', 'web');
    assert.equal(gone.code, 0, gone.stderr);
    assert.equal(await kube.get({ apiVersion: RBAC, kind: 'ClusterRole', name: namespace }), undefined);
  });

  it('counts what would be pruned apart', async () => {
    const repository = `prune-${process.pid}`;
    await git.create(repository);
    await git.commitFiles(
      repository,
      { 'deploy/a.yaml': configMap('a', '${ns}'), 'deploy/b.yaml': configMap('b', '${ns}') },
      'Begin',
    );
    const namespace = await prepare(repository);
    const objects = await grantAll(namespace, ['get', 'patch', 'create']);
    await waitGranted(namespace, objects);
    assert.equal((await reconcile(namespace)).code, 0);
    await git.commitFiles(repository, { 'deploy/b.yaml': null }, 'Remove one');
    const refused = await reconcile(namespace);
    assert.match(refused.stderr, /✗ refused before anything was written: 1 of 2 objects \(1 to apply, 1 to prune\) need rights/);
    assert.match(refused.stderr, /^ {4}delete {2}configmaps {2}in rbac-\S+ {2}ConfigMap\/b$/m);
  });

  it('warns before it prints what would hand the cluster over', async () => {
    const repository = `everything-${process.pid}`;
    await git.create(repository);
    const everything = `apiVersion: ${RBAC}\nkind: ClusterRole\nmetadata: {name: "\${ns}"}\nrules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]\n`;
    await git.commitFiles(repository, { 'deploy/role.yaml': everything }, 'Begin');
    const namespace = await prepare(repository);
    assert.equal((await reconcile(namespace)).code, 1);
    for (const flag of [[], ['--missing']]) {
      const role = await cli(namespace, 'rbac', 'role', 'kustomization', 'web', ...flag);
      assert.equal(role.code, 0, role.stderr);
      assert.match(role.stderr, /ClusterRole\/rbac-\S+ hands out rights with "\*"/);
      assert.match(role.stdout, /- escalate\n/);
    }
  });

  it('leaves room with --headroom, and asks for what health needs', async () => {
    const repository = `health-${process.pid}`;
    await git.create(repository);
    await git.commitFiles(repository, { 'deploy/web.yaml': deployment('web', '${ns}') }, 'Begin');
    const namespace = await prepare(repository, { wait: true });
    assert.equal((await reconcile(namespace)).code, 1);
    const wide = await cli(namespace, 'rbac', 'role', 'kustomization', 'web', '--headroom');
    const objects = await applyYaml(wide.stdout);
    assert.deepEqual(objects[0]?.['rules'], [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['create', 'delete', 'get', 'patch'] },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ]);
    await waitGranted(namespace, objects);
    assert.equal((await cli(namespace, 'rbac', 'check', 'kustomization', 'web')).code, 0);
    const ref = { apiVersion: RBAC, kind: 'Role', namespace, name: `flux:${namespace}:web` };
    await kube.patch(ref, { rules: rulesOfRole(objects[0] as K8sObject).slice(0, 1) }, { type: 'merge' });
    let checked = await cli(namespace, 'rbac', 'check', 'kustomization', 'web', '-o', 'json');
    while (checked.code === 0) checked = await cli(namespace, 'rbac', 'check', 'kustomization', 'web', '-o', 'json');
    const { denied } = JSON.parse(checked.stdout) as { denied: JsonObject[] };
    assert.deepEqual(
      denied.map(({ verbs, resource, why }) => [verbs, resource, why]),
      [
        [['list'], 'replicasets.apps', ['health']],
        [['list'], 'pods', ['health']],
      ],
    );
  });

  it('prints a role of which nothing can be taken away: apply, change, prune, delete', async () => {
    const repository = `minimal-${process.pid}`;
    await git.create(repository);
    await git.commitFiles(repository, minimalFiles(), 'Begin');
    const lives: { removed: string; error: string }[] = [];
    /** Lives a whole life with the generated role but for one verb on one object; no preflight helps. */
    const live = async (removed: number): Promise<number> => {
      const namespace = await prepare(repository, { path: './v1' });
      const account = `system:serviceaccount:${namespace}:dev-team`;
      const ref: ObjectRef = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name: 'web' };
      const ports = drivePorts(kube);
      const selection = { from: 'names', namespace, names: ['web'] } as const;
      const options = { skipPreflight: true, fluxNamespace: namespace };
      await drive({ from: 'names', namespace, names: ['web'] }, ports, options);
      const { objects, count, taken } = takeAway(await writeKustomizationRole(ref, ports), removed);
      for (const object of objects) await kube.apply(object, { fieldManager: 'test', force: true });
      await waitGranted(namespace, objects);
      let error = '';
      for (const step of ['v1', 'v2', 'v3', 'end']) {
        if (step === 'end') await kube.delete(ref);
        else await kube.patch(ref, { spec: { path: `./${step}` } }, { type: 'merge' });
        const report = await drive(selection, ports, options);
        error = report.kustomizations[0]?.error?.message ?? '';
        if (error !== '') break;
      }
      if (error === '') assert.equal(await kube.get(ref), undefined, `${account} let go`);
      lives.push({ removed: taken, error });
      return count;
    };
    const count = await live(-1);
    assert.deepEqual(lives, [{ removed: '', error: '' }], 'with all of it every step passes');
    for (let index = 0; index < count; index++) await live(index);
    // The API server says that a role is not there, rather than "forbidden", where it has to look at it for want of `bind`.
    for (const { removed, error } of lives.slice(1)) {
      assert.match(error, removed.startsWith('bind roles') ? /"reader" not found/ : /forbidden/, `without ${removed}`);
    }
    assert.equal(count, 24, 'four verbs on five objects, what the two roles grant, and the two bindings');
  });

  const grantAll = async (namespace: string, verbs: string[]): Promise<K8sObject[]> => {
    const metadata = { name: 'dev-team', namespace };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'dev-team' };
    const subjects = [{ kind: 'ServiceAccount', name: 'dev-team', namespace }];
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs }];
    return [
      await kube.create({ apiVersion: RBAC, kind: 'Role', metadata, rules }),
      await kube.create({ apiVersion: RBAC, kind: 'RoleBinding', metadata, roleRef, subjects }),
    ];
  };
});

/** Takes one verb on one name of one resource out of the rules; -1 takes nothing. */
function takeAway(roles: readonly K8sObject[], index: number): { objects: K8sObject[]; count: number; taken: string } {
  let count = 0;
  let taken = '';
  const objects = roles.map((role) => {
    if (role.kind !== 'Role' && role.kind !== 'ClusterRole') return role;
    const rules: PolicyRule[] = [];
    for (const { verb, group, resource, name } of listRuleAccess(rulesOfRole(role))) {
      if (count++ === index) taken = `${verb} ${resource} ${name ?? ''}`;
      else
        rules.push({
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
          verbs: [verb],
        });
    }
    return { ...role, rules };
  });
  return { objects, count, taken };
}

/** Three states: begin, each object changed, all but one gone. */
function minimalFiles(): Record<string, string> {
  const state = (label: string): Record<string, string> => ({
    [`${label}/conf.yaml`]: configMap('conf', '${ns}', label),
    [`${label}/role.yaml`]: rbacObject(
      'Role',
      'reader',
      label,
      'rules: [{apiGroups: [""], resources: [endpoints], verbs: [get]}]',
    ),
    [`${label}/own.yaml`]: rbacObject('RoleBinding', 'own', label, bindTo('Role', 'reader')),
    [`${label}/view.yaml`]: rbacObject('RoleBinding', 'view', label, bindTo('ClusterRole', 'view')),
    [`${label}/cluster.yaml`]: `apiVersion: ${RBAC}\nkind: ClusterRole\nmetadata: {name: "\${ns}", labels: {state: ${label}}}\nrules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]\n`,
  });
  const last = configMap('conf', '${ns}', 'v3');
  return { ...state('v1'), ...state('v2'), 'v3/conf.yaml': last };
}

function rbacObject(kind: string, name: string, label: string, rest: string): string {
  return `apiVersion: ${RBAC}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: "\${ns}", labels: {state: ${label}}}\n${rest}\n`;
}

function bindTo(kind: string, name: string): string {
  return `roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: ${name}}\nsubjects: [{kind: ServiceAccount, name: app, namespace: "\${ns}"}]`;
}

function configMap(name: string, namespace: string, value = '1'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: "${namespace}"}\ndata: {value: "${value}"}\n`;
}

function deployment(name: string, namespace: string): string {
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: "${namespace}"}\nspec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: x, image: x}]}}}\n`;
}
