import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readPath, readText } from '../../src/lib/core/read-object.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, errorOf, openCliWorld } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import type { CliRun } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

describe('tenants, from create to delete', { timeout: 240_000 }, () => {
  let sandbox: TestSandbox;
  let world: CliWorld;
  let git: GitServer;
  /** Names of the whole cluster, so they carry the process. */
  const team = `team-${process.pid}`;
  const space = `space-${process.pid}`;

  const ok = async (...argv: string[]): Promise<CliRun> => {
    const run = await world.run(argv);
    assert.equal(run.code, 0, `${argv.join(' ')}\n${run.stdout}${run.stderr}`);
    return run;
  };
  const create = (...flags: string[]): string[] => ['create', 'tenant', team, `--with-namespace=${space}`, ...flags];
  const BOUNDS = [
    '--cluster-role=flux-tenant',
    '--admission-policy',
    '--quota=cpu=8,memory=16Gi',
    '--limit-range=cpu=100m,memory=128Mi',
    '--network-policy=default-deny',
    '--pod-security=restricted',
  ];

  before(async () => {
    sandbox = await useSandbox();
    world = await openCliWorld(sandbox.kubeconfigPath, `tenants-${process.pid}`);
    await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
    await git.create(team);
    await git.commitFiles(
      team,
      { 'conf.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {a: b}\n' },
      'Begin',
    );
  });

  after(async () => {
    await world.run(['delete', 'tenant', team, '--yes', '--drive']);
    await git?.close();
    await world?.close();
  });

  it('are made with all their bounds, and once only', async () => {
    const words = create(...BOUNDS, `--source=${git.urlOf(team)}`, '-o', 'json');
    const first = JSON.parse((await ok(...words)).stdout) as { objects: { kind: string; action: string }[] };
    assert.equal(first.objects.filter(({ action }) => action === 'created').length >= 11, true);
    const again = JSON.parse((await ok(...words)).stdout) as { objects: { kind: string; action: string }[] };
    assert.deepEqual(
      again.objects.filter(({ action }) => action !== 'unchanged'),
      [],
    );
  });

  it('keep what others added to their objects', async () => {
    const ref = { apiVersion: 'v1', kind: 'ResourceQuota', namespace: space, name: team };
    await world.kube.patch(ref, { metadata: { labels: { theirs: 'x' } }, spec: { hard: { pods: '50' } } }, { type: 'merge' });
    await ok(...create('--quota=cpu=9,memory=16Gi'));
    const quota = await world.kube.get(ref);
    assert.equal(quota?.metadata.labels?.['theirs'], 'x');
    assert.deepEqual(readPath(quota, 'spec', 'hard'), { cpu: '9', memory: '16Gi', pods: '50' });
    const binding = await world.kube.get({ apiVersion: RBAC, kind: 'RoleBinding', namespace: space, name: `${team}-reconciler` });
    assert.equal(readText(binding, 'roleRef', 'name'), 'admin', 'the default role, since none was named');
    await ok(...create(...BOUNDS));
  });

  it('are reconciled under their account', async () => {
    const { stdout } = await ok('drive', team, '-n', space, '-o', 'json');
    const { kustomizations } = JSON.parse(stdout) as { kustomizations: { user: string; outcome: string }[] };
    assert.deepEqual(
      kustomizations.map(({ user, outcome }) => [user, outcome]),
      [[`system:serviceaccount:${space}:${team}`, 'done']],
    );
  });

  it('are shown, one and all', async () => {
    const { stdout } = await ok('get', 'tenants', team);
    const [head, row] = stdout.split('\n');
    assert.match(head ?? '', /^NAME +NAMESPACES +ACCOUNTS +ROLES +QUOTA +GUARDED +READY$/);
    assert.match(row ?? '', new RegExp(`^${team} +${space} +${team} +ClusterRole/flux-tenant +cpu=8,.*True +1/1$`));
    const { items } = JSON.parse((await ok('get', 'tenants', '-o', 'json')).stdout) as { items: { name: string }[] };
    assert.ok(items.some(({ name }) => name === team));
    const missing = await world.run(['get', 'tenants', 'nobody', '-o', 'json']);
    assert.deepEqual([missing.code, errorOf(missing).code], [1, 'tenant/not-found']);
  });

  it('are exported as they can be applied again', async () => {
    const { stdout } = await ok('export', 'tenant', team);
    const objects = parseYamlDocuments(stdout).map(({ value }) => value as K8sObject);
    assert.doesNotMatch(stdout, /uid:|resourceVersion:|managedFields:|status:/);
    for (const object of objects) await world.kube.apply(object, { fieldManager: 'kubectl', force: true, dryRun: true });
    assert.ok(objects.some(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding'));
  });

  it('take the role of a tutorial, bound in their namespace only', async () => {
    const file = join(world.home, 'role.yaml');
    writeFileSync(
      file,
      `apiVersion: ${RBAC}\nkind: ClusterRole\nmetadata: {name: tutorial}\nrules: [{apiGroups: [apps], resources: [deployments], verbs: ['*']}]\n---\napiVersion: ${RBAC}\nkind: ClusterRoleBinding\nmetadata: {name: tutorial}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tutorial}\nsubjects: [{kind: ServiceAccount, name: kustomize-controller, namespace: flux-system}]\n`,
    );
    const run = await ok(...create(`--role=${file}`));
    assert.match(run.stderr, /ClusterRoleBinding tutorial .* is passed over/);
    assert.match(
      run.stderr,
      new RegExp(`RoleBinding/${space}/${team}-reconciler configured \\(Role tutorial, in this namespace only\\)`),
    );
    assert.equal(await world.kube.get({ apiVersion: RBAC, kind: 'ClusterRole', name: 'tutorial' }), undefined);
    await ok(...create(...BOUNDS));
  });

  it('are checked: what their policies and roles shut, and what only an installation can', async () => {
    const { code, stdout, stderr } = await world.run(['check', 'tenant', team, '-o', 'json']);
    const { vectors, assumptions } = JSON.parse(stdout) as {
      vectors: { id: string; verdict: string; guard: string }[];
      assumptions: string[];
    };
    const of = (id: string) => vectors.find((vector) => vector.id === id);
    assert.equal(of('E1')?.guard, `admission policy flux-tenant-${team}`);
    for (const id of ['E2', 'E3', 'E4', 'E5', 'E11', 'E12', 'E13', 'E14', 'E15', 'E16', 'E19'])
      assert.equal(of(id)?.verdict, 'closed', JSON.stringify(of(id), null, 1));
    assert.deepEqual([of('E7')?.verdict, of('E20')?.verdict], ['open', 'open']);
    assert.match(assumptions.join(), /Flux is not installed/);
    assert.equal(code, 1);
    const error = JSON.parse(stderr.slice(stderr.lastIndexOf('{\n  "error"'))) as { error: { code: string; hint: string } };
    assert.equal(error.error.code, 'escape/open');
    assert.match(error.error.hint, /--require-verification/);
  });

  it('are checked by vectors that there are', async () => {
    const run = await world.run(['check', 'tenant', team, '--vector=E99', '-o', 'json']);
    assert.deepEqual([run.code, errorOf(run).code], [1, 'escape/unknown-vector']);
    const two = await world.run(['check', 'tenant', team, '--vector=e1,E2', '-o', 'json']);
    assert.deepEqual([two.code, (JSON.parse(two.stdout) as { vectors: unknown[] }).vectors.length], [0, 2]);
  });

  it('are not looked for in a sandbox where no manifest has them', async () => {
    const file = join(world.home, 'nothing.yaml');
    writeFileSync(file, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    for (const [argv, message] of [
      [['--sandbox'], /--sandbox needs manifests/],
      [['--sandbox', '-f', file], /nothing in .* carries the label/],
      [['-f', file], /-f goes with --sandbox/],
    ] as const) {
      const run = await world.run(['check', 'tenant', team, ...argv, '-o', 'json']);
      assert.deepEqual([run.code, errorOf(run).code], [1, 'usage/bad-value']);
      assert.match(errorOf(run).message, message);
    }
  });

  it('write nothing while they are checked', async () => {
    const versions = async (): Promise<string[]> => {
      const lists = await Promise.all(
        ['ConfigMap', 'Secret', 'ServiceAccount', 'ResourceQuota', 'Pod'].map((kind) =>
          world.kube.list({ apiVersion: 'v1', kind }, { namespace: space }),
        ),
      );
      return lists.flatMap(({ items }) =>
        items.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`),
      );
    };
    const before = await versions();
    const { stdout } = await world.run(['check', 'tenant', team, '-o', 'markdown']);
    assert.match(stdout, /^\| VECTOR \| RESULT \| GUARD \|\n\|---\|---\|---\|\n\| E1 /);
    assert.deepEqual(await versions(), before);
  });

  it('are not deleted over the heads of others', async () => {
    await world.kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: space } });
    const run = await world.run(['delete', 'tenant', team, '--silent', '--drive', '-o', 'json']);
    assert.deepEqual([run.code, errorOf(run).code], [1, 'tenant/others-objects']);
    assert.ok(
      (await world.kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: space, name: team })) !== undefined,
    );
  });

  it('stay where no controller cleans up, and say what does', async () => {
    const run = await world.run(['delete', 'tenant', team, '--yes', '--timeout=1s', '-o', 'json']);
    assert.deepEqual([run.code, errorOf(run).code], [1, 'tenant/not-finalized']);
    assert.match(errorOf(run).hint ?? '', /--drive/);
    assert.ok((await world.kube.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: space, name: team })) !== undefined);
  });

  it('go whole, keep their namespace where asked, and are gone the second time', async () => {
    await ok('delete', 'tenant', team, '--silent', '--keep-namespaces', '--drive');
    const left = async (kind: string, name: string) => world.kube.get({ apiVersion: 'v1', kind, namespace: space, name });
    assert.equal(await left('ConfigMap', 'conf'), undefined, 'pruned under the account, while it had its rights');
    assert.ok((await left('ConfigMap', 'theirs')) !== undefined);
    assert.equal(await left('ServiceAccount', team), undefined);
    const namespace = await world.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: space });
    assert.equal(namespace?.metadata.labels?.['toolkit.fluxcd.io/tenant'], undefined);
    const again = await ok('delete', 'tenant', team);
    assert.match(again.stderr, /there is no tenant/);
  });
});
