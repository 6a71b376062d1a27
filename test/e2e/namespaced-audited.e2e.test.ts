import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCondition, readList, readPath, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { DEFAULT_RENDER_OPTIONS, install } from '../../src/lib/features/install/index.ts';
import { formatRequestLine, readAuditLog } from '../support/audit-log.ts';
import { connectKube } from '../support/connect-kube.ts';
import { makeFeaturePorts } from '../support/feature-ports.ts';
import { type FluxControllers, startFluxControllers } from '../support/flux-controllers.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { makeTenantHistory } from '../support/tenant-history.ts';

const FLUX = 'flux-system';
const CONTROLLERS = ['source-controller', 'kustomize-controller'] as const;
/** A Role cannot grant a path. Told no, a controller limits its own rate instead of leaving that to the API server. */
const EXPECTED = 'head /livez/ping 403';

describe('a set of the real controllers under --rbac=namespaced, by the audit log', { timeout: 900_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;
  let controllers: FluxControllers;
  const login = { username: 'me', password: 's3cret' };

  before(async () => {
    sandbox = await startSandbox({ name: 'namespaced', alone: true, audit: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    git = await startGitServer({ user: login.username, password: login.password });
  });

  after(async () => {
    await controllers?.stop();
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('works in its namespace, and is refused nothing but the question of how busy the API server is', async () => {
    const { tenant, steps } = await makeTenantHistory({ kube, git, login, namespace: 'apps' });
    const { namespace, account } = tenant;
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await install(
      {
        ...DEFAULT_RENDER_OPTIONS,
        rbac: 'namespaced',
        watchNamespaces: [namespace],
        multiTenant: true,
        force: false,
        wait: false,
        timeoutMs: 60_000,
      },
      makeFeaturePorts(kube),
    );
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } });
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: account, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    });
    const deploymentArgs: Record<string, string[]> = {};
    for (const name of CONTROLLERS) {
      const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: FLUX, name: `${name}-${namespace}` };
      const [container] = readList(await kube.get(ref), 'spec', 'template', 'spec', 'containers');
      deploymentArgs[name] = readList(container, 'args').map(String);
    }
    controllers = await startFluxControllers({
      kubeconfigPath: sandbox.kubeconfigPath,
      deploymentArgs,
      runtimeNamespace: namespace,
      accountSuffix: `-${namespace}`,
      flags: { 'kustomize-controller': ['--requeue-dependency=1s'] },
    });
    const [first] = steps;
    assert.ok(first !== undefined);
    await first.change();
    const web = tenant.ref('Kustomization', 'web');
    for (let ready = ''; ready !== 'True'; ready = readText(readCondition((await kube.get(web)) ?? {}, 'Ready'), 'status')) {
      await sleep(100);
    }
    await first.check();
    await kube.delete(web);
    while ((await kube.get(web)) !== undefined) await sleep(100);
    assert.equal(readPath(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'conf' }), 'kind'), undefined);
    await controllers.stop();
    const users = CONTROLLERS.map((name) => `system:serviceaccount:${FLUX}:${name}-${namespace}`);
    const own = readAuditLog(sandbox.auditLog ?? '').filter(({ user }) => users.includes(user));
    assert.ok(own.length > 50);
    const denied = own.filter(({ isDenied, status }) => isDenied || status === 403).map(formatRequestLine);
    assert.deepEqual(
      denied.filter((line) => !line.endsWith(EXPECTED)),
      [],
    );
  });
});
