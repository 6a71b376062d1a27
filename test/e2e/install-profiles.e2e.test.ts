import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import { isJsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject, KindRef } from '../../src/lib/core/objects.ts';
import { serviceAccountReviewer } from '../../src/lib/engine/rbac/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import {
  check,
  DEFAULT_RENDER_OPTIONS,
  install,
  type InstallOptions,
  type RenderOptions,
  uninstall,
} from '../../src/lib/features/install/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type FeaturePorts, makeFeaturePorts } from '../support/feature-ports.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const BASE: InstallOptions = { ...DEFAULT_RENDER_OPTIONS, force: false, wait: false, timeoutMs: 30_000 };
const RBAC = 'rbac.authorization.k8s.io/v1';
const ADMISSION = 'admissionregistration.k8s.io/v1';
const ALL = ['source-watcher', 'image-reflector-controller', 'image-automation-controller'];
const KINDS: readonly KindRef[] = [
  { apiVersion: RBAC, kind: 'ClusterRole' },
  { apiVersion: RBAC, kind: 'ClusterRoleBinding' },
  { apiVersion: RBAC, kind: 'Role' },
  { apiVersion: RBAC, kind: 'RoleBinding' },
  { apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicy' },
  { apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicyBinding' },
];

// In this order each profile takes over from another one.
const COMBINATIONS: readonly (readonly [name: string, choice: Partial<RenderOptions>])[] = [
  ['standard', {}],
  ['standard, multi-tenant', { multiTenant: true }],
  ['least-privilege', { rbac: 'least-privilege' }],
  ['least-privilege, all components', { rbac: 'least-privilege', componentsExtra: ALL }],
  ['least-privilege, multi-tenant', { rbac: 'least-privilege', multiTenant: true }],
  ['namespaced', { rbac: 'namespaced', watchNamespaces: ['apps'] }],
  ['namespaced, multi-tenant', { rbac: 'namespaced', watchNamespaces: ['apps'], multiTenant: true }],
  ['least-privilege, kept by a Kustomization', { rbac: 'least-privilege', multiTenant: true, selfManaged: true }],
];

describe('the RBAC profiles in a real cluster', { timeout: 600_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let ports: FeaturePorts;

  before(async () => {
    sandbox = await startSandbox({ name: 'profiles', alone: true });
    kube = await connectKube(sandbox.kubeconfigPath);
    ports = makeFeaturePorts(kube);
  });

  after(async () => {
    await kube?.close();
    await sandbox?.close();
  });

  const listOurs = async (): Promise<K8sObject[]> => {
    const query = { labelSelector: 'app.kubernetes.io/part-of=flux', metadataOnly: true };
    const lists = await Promise.all(
      KINDS.map(async (kind) => (await kube.list(kind, query)).items.map((item) => ({ ...item, ...kind }))),
    );
    return lists.flat();
  };
  const may = async (name: string, verb: string, group: string, resource: string, namespace?: string, object?: string) => {
    const reviewer = serviceAccountReviewer(kube, { namespace: 'flux-system', name });
    const place = namespace === undefined ? {} : { namespace };
    return (await reviewer.review({ verb, group, resource, ...place, ...(object === undefined ? {} : { name: object }) }))
      .allowed;
  };

  it('refuses to watch a namespace that is not there, before anything is written', async () => {
    await assert.rejects(install({ ...BASE, rbac: 'namespaced', watchNamespaces: ['apps'] }, ports), (error) => {
      return isFluxError(error, 'install/namespace-not-found') && error.message === 'there is no namespace apps to watch';
    });
    assert.deepEqual(await listOurs(), []);
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
  });

  for (const [name, choice] of COMBINATIONS) {
    it(`installs ${name}, and changes nothing the second time`, async () => {
      const options = { ...BASE, ...choice };
      const first = await install(options, ports);
      assert.ok(first.objects.some(({ action }) => action === 'created'));
      const second = await install(options, ports);
      assert.deepEqual(
        second.objects.filter(({ action }) => action !== 'unchanged'),
        [],
      );
      // What other profiles have is gone: only what was applied is left.
      const rendered = new Set(second.objects.map(({ subject }) => subject));
      const left = (await listOurs()).map(({ kind, metadata }) =>
        [kind, metadata.namespace, metadata.name].filter(Boolean).join('/'),
      );
      const unexpected = left.filter((subject) => !rendered.has(subject));
      const ofOtherComponents = /image-|source-watcher/;
      assert.deepEqual(
        unexpected.filter((subject) => !ofOtherComponents.test(subject) && !subject.includes('/apps/')),
        [],
      );
      const isAdmin = await may('kustomize-controller', '*', '*', '*');
      assert.equal(isAdmin, (choice.rbac ?? 'standard') === 'standard');
    });
  }

  it('lets no controller read Secrets elsewhere, mint tokens, or act as anybody but the named account', async () => {
    for (const name of ['source-controller', 'kustomize-controller', 'helm-controller', 'notification-controller']) {
      assert.equal(await may(name, 'get', '', 'secrets', 'flux-system'), true);
      assert.equal(await may(name, 'list', '', 'secrets', 'flux-system'), false);
      assert.equal(await may(name, 'get', '', 'secrets', 'default'), false);
      assert.equal(await may(name, 'create', '', 'serviceaccounts/token', 'flux-system'), false);
      assert.equal(await may(name, 'impersonate', '', 'serviceaccounts', 'flux-system', 'kustomize-controller'), false);
    }
    assert.equal(await may('kustomize-controller', 'impersonate', '', 'serviceaccounts', 'flux-system', 'flux-platform'), true);
    assert.equal(await may('source-controller', 'impersonate', '', 'serviceaccounts', 'flux-system', 'flux-platform'), false);
  });

  const kustomization = (namespace: string, spec: object): K8sObject => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'web', namespace },
    spec: { interval: '1m', prune: true, suspend: true, sourceRef: { kind: 'GitRepository', name: 'web' }, ...spec },
  });
  const refuses = async (client: KubeClient, object: K8sObject, message: RegExp): Promise<void> => {
    // The API server needs a moment to learn of a policy.
    for (let attempt = 0; ; attempt++) {
      try {
        await client.create(object, { dryRun: true });
      } catch (error) {
        if (isFluxError(error, 'kube/forbidden') && message.test(error.message)) return;
        throw error;
      }
      assert.ok(attempt < 50, `${JSON.stringify(object)} was taken`);
      await ports.clock.sleep(100);
    }
  };

  it('refuses what no flag refuses: no account, a borrowed one, a dependency elsewhere', async () => {
    await refuses(kube, kustomization('apps', {}), /must name the account/);
    await refuses(kube, kustomization('apps', { serviceAccountName: 'default' }), /must name the account/);
    const dependsOn = [{ name: 'infra', namespace: 'flux-system' }];
    await refuses(kube, kustomization('apps', { serviceAccountName: 'dev', dependsOn }), /must not name other namespaces/);
    await kube.create(kustomization('apps', { serviceAccountName: 'dev' }), { dryRun: true });

    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'dev', namespace: 'apps' } });
    const role = { apiVersion: RBAC, kind: 'Role', metadata: { name: 'writes', namespace: 'apps' } };
    const rules = [{ apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['*'] }];
    await kube.create({ ...role, rules });
    await kube.create({
      ...role,
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writes' },
      subjects: [{ kind: 'ServiceAccount', name: 'dev', namespace: 'apps' }],
    });
    const dev = kube.impersonate('system:serviceaccount:apps:dev');
    await refuses(dev, kustomization('apps', { serviceAccountName: 'strong' }), /may not act as the account strong/);
    await dev.create(kustomization('apps', { serviceAccountName: 'dev' }), { dryRun: true });
    // There it lacks the right anyway; with the right the policy is left.
    const there = { metadata: { ...role.metadata, namespace: 'flux-system' } };
    await kube.create({ ...role, ...there, rules });
    await kube.create({
      ...role,
      ...there,
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writes' },
      subjects: [{ kind: 'ServiceAccount', name: 'dev', namespace: 'apps' }],
    });
    await refuses(dev, kustomization('flux-system', {}), /may not change kustomize-controller/);
  });

  it('keeps controllers from changing a spec, but lets them set a finalizer', async () => {
    const ref = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', namespace: 'apps', name: 'web' };
    const spec = { interval: '1m', url: 'https://git.example.com/web' };
    await kube.create({ apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: 'web', namespace: 'apps' }, spec });
    const controller = kube.impersonate('system:serviceaccount:flux-system:notification-controller');
    await controller.patch(ref, { metadata: { finalizers: ['finalizers.fluxcd.io'] } }, { type: 'merge' });
    await assert.rejects(
      controller.patch(ref, { spec: { url: 'https://git.example.com/other' } }, { type: 'merge' }),
      (error) => isFluxError(error, 'kube/forbidden') && error.message.includes('may not change the spec of Flux objects'),
    );
    const live = await kube.get(ref);
    assert.ok(isJsonObject(live?.['spec']));
    assert.equal(live['spec']['url'], spec.url);
  });

  it('is seen by check, and removed whole by uninstall, in every namespace', async () => {
    const result = await check({ namespace: 'flux-system', pre: false, timeoutMs: 500 }, ports);
    assert.equal(result.items.filter((item) => item.check === 'crd' && !item.ok).length, 0);
    const options = { namespace: 'flux-system', keepNamespace: true, dryRun: false, silent: true, timeoutMs: 60_000 };
    assert.equal((await uninstall(options, ports)).ok, true);
    assert.deepEqual(await listOurs(), []);
    assert.ok(await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'apps' }));
  });
});
