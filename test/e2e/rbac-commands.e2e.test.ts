import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { formatApiVersion } from '../../src/lib/core/objects.ts';
import { parseYamlDocuments } from '../../src/lib/core/yaml/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { builtinScope, listBuiltinResources } from '../../src/lib/engine/rbac/index.ts';
import type { AuditReport } from '../../src/lib/features/audit/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { KUSTOMIZE_API, repository } from '../support/drive-objects.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type CliRun, runCli, runOk } from '../support/run-cli.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const MANIFESTS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: apps}
spec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: x, image: x}]}}}
---
apiVersion: ${RBAC}
kind: Role
metadata: {name: reader, namespace: apps}
rules: [{apiGroups: [""], resources: [endpoints], verbs: [get]}]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: web}
value: 7
`;

describe('the rbac commands on a real API server', { timeout: 600_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let home: string;
  let auditor: string;
  const cli = (argv: readonly string[], kubeconfig = sandbox.kubeconfigPath): Promise<CliRun> =>
    runCli(argv, { cwd: home, env: { KUBECONFIG: kubeconfig, HOME: home, XDG_CACHE_HOME: join(home, 'cache') } });
  const applyYaml = async (text: string): Promise<void> => {
    for (const { value } of parseYamlDocuments(text)) await kube.apply(value as K8sObject, { fieldManager: 'test', force: true });
  };

  before(async () => {
    sandbox = await startSandbox({ alone: true });
    home = mkdtempSync(join(tmpdir(), 'flux-ts-rbac-'));
    kube = await connectKube(sandbox.kubeconfigPath);
    git = await startGitServer();
    await runOk(['install', '--wait=false'], { env: { KUBECONFIG: sandbox.kubeconfigPath, HOME: home } });
    kube.forgetDiscovery();
    await git.create('team');
    await git.commitFiles('team', { 'deploy/all.yaml': MANIFESTS }, 'Begin');
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
    for (const name of ['dev-team', 'auditor']) {
      await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'apps' } });
    }
    await kube.create(repository('apps', 'team', git.urlOf('team')));
    await kube.create({
      apiVersion: KUSTOMIZE_API,
      kind: 'Kustomization',
      metadata: { name: 'web', namespace: 'apps' },
      spec: {
        interval: '10m',
        path: './deploy',
        prune: true,
        wait: true,
        serviceAccountName: 'dev-team',
        sourceRef: { kind: 'GitRepository', name: 'team' },
      },
    });
    await runOk(['reconcile', 'source', 'git', 'team', '-n', 'apps', '--drive'], {
      env: { KUBECONFIG: sandbox.kubeconfigPath, HOME: home },
    });
    auditor = await logInAuditor();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** Somebody who may look, and ask about others, but neither write anything nor be anybody else. */
  const logInAuditor = async (): Promise<string> => {
    const rules = [
      { apiGroups: ['*'], resources: ['*'], verbs: ['list'] },
      {
        apiGroups: [
          '',
          'apps',
          'scheduling.k8s.io',
          'rbac.authorization.k8s.io',
          'kustomize.toolkit.fluxcd.io',
          'source.toolkit.fluxcd.io',
        ],
        resources: ['*'],
        verbs: ['get'],
      },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    ];
    const subjects = [{ kind: 'ServiceAccount', name: 'auditor', namespace: 'apps' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'auditor' };
    await kube.create({ apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'auditor' }, rules });
    await kube.create({ apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata: { name: 'auditor' }, roleRef, subjects });
    const answer = (await kube.request({
      method: 'POST',
      path: '/api/v1/namespaces/apps/serviceaccounts/auditor/token',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    })) as unknown as { status: { token: string } };
    const authority = /certificate-authority-data:\s*(\S+)/.exec(readFileSync(sandbox.kubeconfigPath, 'utf8'))?.[1] ?? '';
    const path = join(home, 'auditor.yaml');
    writeFileSync(
      path,
      `apiVersion: v1\nkind: Config\nclusters: [{name: x, cluster: {server: "${kube.server}", certificate-authority-data: "${authority}"}}]\ncontexts: [{name: x, context: {cluster: x, user: x}}]\ncurrent-context: x\nusers: [{name: x, user: {token: "${answer.status.token}"}}]\n`,
      { mode: 0o600 },
    );
    return path;
  };

  it('know the kinds that this API server brings, without asking it', async () => {
    const served = await kube.resources();
    const groups = new Set(listBuiltinResources().map((key) => key.slice(0, key.lastIndexOf('/'))));
    for (const { group, version, kind, plural, namespaced, verbs } of served) {
      if (!groups.has(group) || !verbs.includes('patch') || !/^v\d+$/.test(version)) continue;
      const known = builtinScope({ apiVersion: formatApiVersion(group, version), kind });
      assert.deepEqual(known, { plural, namespaced }, `${kind} of ${group}`);
    }
  });

  it('write the same role with the cluster and without it', async () => {
    mkdirSync(join(home, 'deploy'));
    writeFileSync(join(home, 'deploy/all.yaml'), MANIFESTS);
    const exported = await cli(['export', 'kustomization', 'web', '-n', 'apps']);
    writeFileSync(join(home, 'web.yaml'), exported.stdout);
    const online = await cli(['rbac', 'role', 'kustomization', 'web', '-n', 'apps']);
    const offline = await cli(
      ['rbac', 'role', 'kustomization', '--path=deploy', '--kustomization-file=web.yaml'],
      '/nonexistent',
    );
    assert.equal(offline.code, 0, offline.stderr);
    assert.equal(offline.stdout, online.stdout);
  });

  it('check by name of the account for who may not impersonate, and print what would grant it', async () => {
    const self = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps', '-o', 'json']);
    const asIs = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps', '--as-is', '-o', 'json'], auditor);
    assert.deepEqual([self.code, asIs.code], [1, 1], asIs.stderr);
    assert.deepEqual(JSON.parse(asIs.stdout).denied, JSON.parse(self.stdout).denied);
    const impersonating = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps'], auditor);
    assert.match(impersonating.stderr, /cannot impersonate/);

    const shown = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps']);
    const [rows = '', yaml = ''] = shown.stdout.split(/\n(?=---\n)/, 2);
    assert.match(rows, /^VERBS +RESOURCE +NAMESPACE +OBJECT\n/);
    assert.match(shown.stdout, /^kind: ClusterRoleBinding$/m);
    assert.ok(yaml.startsWith('---\napiVersion: '));
    await applyYaml(shown.stdout.slice(shown.stdout.indexOf('---\n')));
    let again = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps']);
    while (again.code !== 0) {
      await sleep(50);
      again = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps']);
    }
    assert.equal((await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps', '--as-is'], auditor)).code, 0);
  });

  it('check the controller itself where nobody is named and --as-is asks how things are', async () => {
    const ref = { apiVersion: KUSTOMIZE_API, kind: 'Kustomization', namespace: 'apps', name: 'web' };
    await kube.patch(ref, { spec: { serviceAccountName: null } }, { type: 'merge' });
    const run = await cli(['rbac', 'check', 'kustomization', 'web', '-n', 'apps', '--as-is']);
    await kube.patch(ref, { spec: { serviceAccountName: 'dev-team' } }, { type: 'merge' });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /system:serviceaccount:flux-system:kustomize-controller may do all/);
  });

  it('diff a branch of the source of a Kustomization in the cluster', async () => {
    const more = { 'deploy/more.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: more, namespace: apps}\n' };
    const commit = await git.commitFiles('team', more, 'Add one', { branch: 'change' });
    assert.match(commit, /^[0-9a-f]{40}$/);
    const run = await cli(['rbac', 'diff', 'web', '-n', 'apps', '--from=main', '--to=change', '-o', 'json']);
    assert.equal(run.code, 1, run.stderr);
    const diff = JSON.parse(run.stdout) as { added: { resource: string; name: string }[]; toRevision: string };
    assert.ok(diff.toRevision.endsWith(commit));
    assert.ok(diff.added.some(({ resource, name }) => resource === 'secrets' && name === 'more'));
    const none = await cli(['rbac', 'diff', 'web', '-n', 'apps', '--from=main', '--to=main']);
    assert.equal(none.code, 0, none.stderr);
    const lost = await cli(['rbac', 'diff', 'web', '-n', 'apps', '--from=main', '--to=nowhere']);
    assert.equal(lost.code, 2);
  });

  it('audit the cluster with rights to look alone, and show no Secret', async () => {
    const kubeconfig =
      'clusters: [{cluster: {server: "https://x"}}]\nusers: [{user: {token: s3cr3t-t0ken, exec: {command: x}}}]\n';
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'remote', namespace: 'apps' },
      data: { value: Buffer.from(kubeconfig).toString('base64') },
    });
    await kube.create({
      apiVersion: KUSTOMIZE_API,
      kind: 'Kustomization',
      metadata: { name: 'elsewhere', namespace: 'apps' },
      spec: {
        interval: '10m',
        prune: true,
        suspend: true,
        kubeConfig: { secretRef: { name: 'remote' } },
        sourceRef: { kind: 'GitRepository', name: 'team', namespace: 'flux-system' },
      },
    });
    const before = await readVersions();
    const run = await cli(['rbac', 'audit', '-o', 'json'], auditor);
    assert.equal(run.code, 1, run.stderr);
    assert.equal(await readVersions(), before, 'nothing was written');
    const { findings, rows } = JSON.parse(run.stdout) as AuditReport;
    const has = (id: string, subject: string): boolean => findings.some((each) => each.id === id && each.subject === subject);
    assert.ok(has('R1', 'ClusterRole/crd-controller-flux-system'));
    assert.ok(has('R2', 'ClusterRoleBinding/cluster-reconciler-flux-system'));
    assert.ok(has('R4', 'ClusterRole/crd-controller-flux-system'));
    assert.ok(has('G1', 'ClusterRole/auditor'));
    assert.ok(has('M2', 'Deployment/flux-system/kustomize-controller'));
    assert.ok(has('M5', 'Kustomization/apps/elsewhere'));
    assert.ok(has('M10', 'Kustomization/apps/elsewhere'));
    assert.ok(has('K5', 'Kustomization/apps/elsewhere'));
    assert.equal(rows.find(({ id }) => id === 'P1')?.result, 'passed', 'Flux hardens its Pods');
    for (const form of ['table', 'wide', 'json', 'yaml', 'markdown', 'sarif']) {
      const shown = await cli(['rbac', 'audit', '-o', form]);
      assert.doesNotMatch(shown.stdout + shown.stderr, /s3cr3t/, form);
      assert.ok(shown.stdout.length > 100, form);
    }
  });

  it('say what the audit could not read, rather than pass it', async () => {
    await kube.patch(
      { apiVersion: RBAC, kind: 'ClusterRole', name: 'auditor' },
      { rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['list'] }] },
      { type: 'merge' },
    );
    let run = await cli(['rbac', 'audit', '-o', 'json'], auditor);
    const resultOf = (id: string): string | undefined =>
      (JSON.parse(run.stdout) as AuditReport).rows.find((row) => row.id === id)?.result;
    while (resultOf('M2') !== 'not-read') run = await cli(['rbac', 'audit', '-o', 'json'], auditor);
    assert.equal(resultOf('R4'), 'failed');
    assert.match(run.stderr, /not read: .*forbidden/);
  });

  it('mend token minting by the very command that the audit prints', async () => {
    const audit = async (): Promise<AuditReport> =>
      JSON.parse((await cli(['rbac', 'audit', '-o', 'json'])).stdout) as AuditReport;
    const mend =
      (await audit()).findings.find(({ id, subject }) => id === 'R4' && subject.includes('crd-controller'))?.mend ?? '';
    const patch = JSON.parse(/ -p '(.*)'$/.exec(mend)?.[1] ?? '') as never;
    await kube.patch({ apiVersion: RBAC, kind: 'ClusterRole', name: 'crd-controller-flux-system' }, patch, { type: 'json' });
    const after = await audit();
    assert.ok(!after.findings.some(({ id, subject }) => id === 'R4' && subject.includes('crd-controller')));
    const role = await kube.get({ apiVersion: RBAC, kind: 'ClusterRole', name: 'crd-controller-flux-system' });
    assert.match(JSON.stringify(role), /"leases"/, 'leader election is still there');
  });

  /** Resource versions of what the audit looks at. */
  const readVersions = async (): Promise<string> => {
    const kinds = [
      { apiVersion: RBAC, kind: 'ClusterRole' },
      { apiVersion: RBAC, kind: 'ClusterRoleBinding' },
      { apiVersion: KUSTOMIZE_API, kind: 'Kustomization' },
      { apiVersion: 'v1', kind: 'Namespace' },
      { apiVersion: 'v1', kind: 'Secret' },
    ];
    const lists = await Promise.all(kinds.map((kind) => kube.list(kind)));
    return lists.flatMap(({ items }) => items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)).join('\n');
  };
});
