import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANNOTATION } from '../../src/lib/core/flux.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import * as gitPart from '../../src/lib/engine/git/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { bootstrapGit, DEFAULT_BOOTSTRAP_OPTIONS } from '../../src/lib/features/bootstrap/index.ts';
import { PLATFORM_ACCOUNT, renderNamespaceAccess } from '../../src/lib/features/install/index.ts';
import { connectAccount } from '../support/account-kubeconfig.ts';
import { formatGrant, formatRequestLine, readAuditLog, readGrants, uses } from '../support/audit-log.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { makeTenantHistory, type Tenant } from '../support/tenant-history.ts';

const FLUX = 'flux-system';
const CONTROLLERS = ['source-controller', 'kustomize-controller'] as const;
const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

describe('the real controllers under --rbac=least-privilege --multi-tenant, by the audit log', { timeout: 900_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let ports: FeaturePorts;
  let git: GitServer;
  let controllers: FluxControllers;
  let tenant: Tenant;
  const login = { username: 'me', password: 's3cret' };

  before(async () => {
    sandbox = await startSandbox({
      name: 'audit',
      alone: true,
      audit: true,
      // An API server that streams what there is leaves controllers nothing to list; older ones do not.
      apiserverFlags: ['--feature-gates=WatchList=false'],
    });
    kube = await connectKube(sandbox.kubeconfigPath);
    ports = makeFeaturePorts(kube);
    git = await startGitServer({ user: login.username, password: login.password });
  });

  after(async () => {
    await controllers?.stop();
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  const until = async (what: string, isTrue: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 90_000;
    while (!(await isTrue())) {
      if (Date.now() > deadline) throw new Error(`${what}: not in time\n${await explain()}`);
      await sleep(100);
    }
  };
  const explain = async (): Promise<string> => {
    const lists = await Promise.all(
      [
        [SOURCE, 'GitRepository'],
        [KUSTOMIZE, 'Kustomization'],
      ].map(async ([apiVersion = '', kind = '']) => (await kube.list({ apiVersion, kind })).items),
    );
    return lists
      .flat()
      .map((item) => `${item.metadata.namespace}/${item.metadata.name}: ${readText(readCondition(item, 'Ready'), 'message')}`)
      .join('\n');
  };
  const isReady = (object: K8sObject | undefined): boolean =>
    object !== undefined &&
    readText(readCondition(object, 'Ready'), 'status') === 'True' &&
    readPath(object, 'status', 'observedGeneration') === object.metadata.generation;
  const request = (ref: Parameters<KubeClient['get']>[0]) =>
    kube.patch(ref, { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: String(Date.now()) } } }, { type: 'merge' });

  it('keep the installation itself, as the account of the platform', async () => {
    await git.create('fleet');
    await bootstrapGit(
      {
        ...DEFAULT_BOOTSTRAP_OPTIONS,
        rbac: 'least-privilege',
        multiTenant: true,
        url: git.urlOf('fleet'),
        path: 'clusters/demo',
        username: login.username,
        password: login.password,
        tokenAuth: true,
        allowInsecureHttp: true,
        wait: false,
      },
      { ...ports, git: gitPart },
    );
    const deploymentArgs: Record<string, string[]> = {};
    for (const name of CONTROLLERS) {
      const deployment = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: FLUX, name });
      const [container] = readList(deployment, 'spec', 'template', 'spec', 'containers');
      deploymentArgs[name] = readList(container, 'args').map(String);
    }
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      deploymentArgs,
      leaderElection: process.platform === 'linux',
      // How often it looks again has nothing to do with rights.
      flags: { 'kustomize-controller': ['--requeue-dependency=1s'] },
    });
    const self = { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: FLUX, name: FLUX };
    await until('the Kustomization of the installation', async () => isReady(await kube.get(self)));
    assert.equal(readText(await kube.get(self), 'spec', 'serviceAccountName'), PLATFORM_ACCOUNT);
    // What is added to the folder of the cluster is followed too, and what leaves it is pruned.
    await kube.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: FLUX },
      data: { host: 'git' },
    });
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'tokens', namespace: FLUX },
      stringData: { path: 'x' },
    });
    const child = `apiVersion: ${KUSTOMIZE}
kind: Kustomization
metadata: {name: child, namespace: ${FLUX}}
spec:
  interval: 1h
  path: ./sources
  prune: true
  serviceAccountName: ${PLATFORM_ACCOUNT}
  sourceRef: {kind: GitRepository, name: ${FLUX}}
  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}, {kind: Secret, name: tokens}]}
`;
    const source = `apiVersion: ${SOURCE}
kind: GitRepository
metadata: {name: grandchild, namespace: ${FLUX}}
spec: {interval: 1h, suspend: true, url: "https://\${host}.example.com/\${path}"}
`;
    const grandchild = { apiVersion: SOURCE, kind: 'GitRepository', namespace: FLUX, name: 'grandchild' };
    for (const [content, isThere] of [
      [child, true],
      [null, false],
    ] as const) {
      const files = { 'clusters/demo/child.yaml': content, 'sources/source.yaml': source };
      await git.commitFiles('fleet', files, 'Change the cluster');
      await request({ ...grandchild, name: FLUX });
      await until(
        `the grandchild is ${isThere ? 'there' : 'gone'}`,
        async () => ((await kube.get(grandchild)) !== undefined) === isThere,
      );
    }
  });

  it('reconcile a tenant through all that there is', async (t) => {
    const history = await makeTenantHistory({ kube, git, login, namespace: 'apps' });
    ({ tenant } = history);
    const { namespace, account } = tenant;
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } });
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: account, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    });
    const access = { namespace, accounts: [account], fluxNamespace: FLUX, components: [...CONTROLLERS] };
    for (const object of await renderNamespaceAccess(access, ports.manifests)) {
      await kube.apply(object, { fieldManager: 'test', force: true });
    }
    for (const step of history.steps) {
      await step.change();
      for (const name of ['lib', 'team']) await request(tenant.ref('GitRepository', name));
      const revision = `main@sha1:${tenant.head()}`;
      await until(`${step.name}: the source`, async () => {
        const source = await kube.get(tenant.ref('GitRepository', 'team'));
        return isReady(source) && readText(source, 'status', 'artifact', 'revision') === revision;
      });
      for (const name of ['base', 'web']) {
        await until(`${step.name}: ${name}`, async () => {
          const object = await kube.get(tenant.ref('Kustomization', name));
          if (object === undefined || readPath(object, 'spec', 'suspend') === true) return true;
          return (
            object.metadata.deletionTimestamp === undefined &&
            isReady(object) &&
            readText(object, 'status', 'lastAppliedRevision') === revision
          );
        });
      }
      await step.check();
      t.diagnostic(`done: ${step.name}`);
    }
  });

  it('follow every other kind of source, and tell the same failure twice', async () => {
    const namespace = tenant.namespace;
    const make = (kind: string, spec: K8sObject['spec']) =>
      kube.create({ apiVersion: SOURCE, kind, metadata: { name: 'other', namespace }, spec: spec ?? {} });
    // Nothing answers there: what counts is which rights it takes to find that out.
    await make('OCIRepository', {
      interval: '1h',
      url: 'oci://127.0.0.1:1/app',
      insecure: true,
      serviceAccountName: tenant.account,
    });
    await make('Bucket', {
      interval: '1h',
      endpoint: '127.0.0.1:1',
      bucketName: 'app',
      insecure: true,
      secretRef: { name: 'git-login' },
    });
    await make('HelmRepository', { interval: '1h', url: 'http://127.0.0.1:1' });
    await make('HelmChart', { interval: '1h', chart: 'app', sourceRef: { kind: 'HelmRepository', name: 'other' } });
    for (const kind of ['OCIRepository', 'Bucket', 'HelmRepository', 'HelmChart']) {
      const ref = { apiVersion: SOURCE, kind, namespace, name: 'other' };
      await until(kind, async () => readText(readCondition((await kube.get(ref)) ?? {}, 'Ready'), 'status') === 'False');
    }
    await kube.create({
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      metadata: { name: 'lost', namespace },
      spec: {
        interval: '1h',
        retryInterval: '1s',
        path: './nowhere',
        prune: true,
        serviceAccountName: tenant.account,
        sourceRef: { kind: 'GitRepository', name: 'team' },
      },
    });
    const told = async (component: string): Promise<boolean> => {
      const { items } = await kube.list({ apiVersion: 'v1', kind: 'Event' }, { namespace });
      return items.some((event) => readText(event, 'source', 'component') === component && Number(readPath(event, 'count')) > 1);
    };
    for (const name of CONTROLLERS) await until(`${name} tells it again`, () => told(name));
    for (const kind of ['OCIRepository', 'Bucket', 'HelmRepository', 'HelmChart']) {
      await kube.delete({ apiVersion: SOURCE, kind, namespace, name: 'other' });
      await until(
        `${kind} is gone`,
        async () => (await kube.get({ apiVersion: SOURCE, kind, namespace, name: 'other' })) === undefined,
      );
    }
  });

  it('are refused nothing that they need, and are granted nothing that they do not use', async (t) => {
    await controllers.stop();
    const log = readAuditLog(sandbox.auditLog ?? '');
    const accounts = CONTROLLERS.map((name) => ({ name, user: `system:serviceaccount:${FLUX}:${name}` }));
    const unexpected: string[] = [];
    for (const { name, user } of accounts) {
      const own = log.filter((entry) => entry.user === user);
      // What admission refuses is a denial too: it would be one of our policies.
      const denied = own.filter(({ isDenied, status }) => isDenied || status === 403);
      const grants = await readGrants(kube, { namespace: FLUX, name });
      const unused = grants.filter((grant) => !own.some((entry) => uses(entry, grant, user)));
      unexpected.push(...new Set(denied.map((entry) => `denied ${formatRequestLine(entry)}`)));
      unexpected.push(...unused.map((grant) => `unused ${formatGrant(grant)}`));
      const acting = own.filter(({ actsAs }) => actsAs !== undefined).length;
      t.diagnostic(
        `${name}: ${own.length} requests (${acting} as other accounts), ${denied.length} denied; ${grants.length} grants, ${unused.length} unused`,
      );
    }
    assert.deepEqual(unexpected, []);
  });

  it('would be seen in that log with what they may not do', async () => {
    const name = 'source-controller';
    const asController = await connectAccount(kube, sandbox.kubeconfigPath, { namespace: FLUX, name });
    try {
      await assert.rejects(asController.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace: FLUX }), {
        code: 'kube/forbidden',
      });
    } finally {
      await asController.close();
    }
    const user = `system:serviceaccount:${FLUX}:${name}`;
    const isSeen = () => readAuditLog(sandbox.auditLog ?? '').some((entry) => entry.user === user && entry.isDenied);
    await until('the denial in the log', () => Promise.resolve(isSeen()));
  });
});
