import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { writeDriveRole } from '../../src/lib/features/rbac/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { connectAccount } from '../support/account-kubeconfig.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { formatGrant, formatRequestLine, readAuditLog, readGrants, uses } from '../support/audit-log.ts';
import { connectKube } from '../support/connect-kube.ts';
import { createStory, drivePorts } from '../support/drive-ports.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';
import { makeTenantHistory } from '../support/tenant-history.ts';

const DRIVER = { namespace: 'ci', name: 'runner' } as const;
const USER = `system:serviceaccount:${DRIVER.namespace}:${DRIVER.name}`;

describe('drive under the role that rbac role drive prints, by the audit log', { timeout: 600_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let driver: KubeClient;
  let git: GitServer;
  const login = { username: 'me', password: 's3cret' };

  before(async () => {
    sandbox = await startSandbox({ name: 'driver', alone: true, audit: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    git = await startGitServer({ user: login.username, password: login.password });
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    for (const name of ['flux-system', 'apps', DRIVER.namespace]) {
      await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: DRIVER });
    driver = await connectAccount(kube, sandbox.kubeconfigPath, DRIVER);
  });

  after(async () => {
    await driver?.close();
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('takes a tenant through all that there is', async (t) => {
    const { tenant, steps } = await makeTenantHistory({ kube, git, login, namespace: 'apps' });
    const { namespace, account } = tenant;
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } });
    await kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: account, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    });
    for (const [index, step] of steps.entries()) {
      await step.change();
      if (index === 0) {
        const scope = { namespace, fluxNamespace: 'flux-system', withSources: true, watches: false, headroom: false };
        const caller = { kind: 'ServiceAccount', ...DRIVER } as const;
        for (const object of await writeDriveRole(scope, { kube, progress: createStory() }, caller)) {
          await kube.apply(object, { fieldManager: 'test', force: true });
        }
      }
      const story = createStory();
      const report = await drive({ from: 'cluster', namespace }, drivePorts(driver, story));
      assert.equal(report.isDone, true, JSON.stringify(report, null, 2));
      assert.deepEqual(
        story.lines.filter((line) => /not recorded|forbidden/.test(line)),
        [],
      );
      await step.check();
      t.diagnostic(`done: ${step.name}`);
    }
  });

  it('is refused nothing, and is granted nothing that it does not use', async (t) => {
    const own = readAuditLog(sandbox.auditLog ?? '').filter(({ user }) => user === USER);
    const denied = own.filter(({ isDenied, status }) => isDenied || status === 403);
    const grants = await readGrants(kube, DRIVER);
    const unused = grants.filter((grant) => !own.some((request) => uses(request, grant, USER)));
    const acting = own.filter(({ actsAs }) => actsAs !== undefined).length;
    t.diagnostic(
      `${own.length} requests (${acting} as other accounts), ${denied.length} denied; ${grants.length} grants, ${unused.length} unused`,
    );
    assert.deepEqual([...denied.map(formatRequestLine), ...unused.map(formatGrant)], []);
  });
});
