import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatSubject, type K8sObject, refOf } from '../../../../../src/lib/core/objects.ts';
import { readList, readText } from '../../../../../src/lib/core/read-object.ts';
import { openRooted } from '../../../../../src/lib/engine/filesys/index.ts';
import { rulesOfRole } from '../../../../../src/lib/engine/rbac/index.ts';
import {
  COMPONENTS,
  DEFAULT_RENDER_OPTIONS,
  type RbacProfile,
  renderInstall,
  renderLockdownPolicies,
  renderNamespaceAccess,
  type RenderOptions,
  selfAccountOf,
} from '../../../../../src/lib/features/install/index.ts';
import { listOtherProfiles } from '../../../../../src/lib/features/install/render-install.ts';

const manifests = openRooted(fileURLToPath(new URL('../../../../../manifests', import.meta.url)));
const components = COMPONENTS.map(({ name }) => name);

const render = async (change: Partial<RenderOptions>): Promise<readonly K8sObject[]> =>
  (await renderInstall({ ...DEFAULT_RENDER_OPTIONS, namespace: 'infra', components, ...change }, manifests)).objects;
const isRole = ({ kind }: K8sObject): boolean => kind === 'Role' || kind === 'ClusterRole';
const names = (objects: readonly K8sObject[], kind: string): string[] =>
  objects.filter((object) => object.kind === kind).map((object) => formatSubject(refOf(object)));

for (const rbac of ['least-privilege', 'namespaced'] as const) {
  describe(`renderInstall() of the profile ${rbac}`, () => {
    const choices: Partial<RenderOptions>[] = [
      { rbac },
      { rbac, multiTenant: true },
      { rbac, selfManaged: true },
      ...(rbac === 'namespaced' ? [{ rbac, watchNamespaces: ['apps', 'web'], selfManaged: true, multiTenant: true }] : []),
    ];
    for (const choice of choices) {
      it(`grants no wildcard, no list of Secrets, no token: ${JSON.stringify(choice)}`, async () => {
        const objects = await render(choice);
        for (const role of objects.filter(isRole)) {
          for (const rule of rulesOfRole(role)) {
            const { verbs, resources = [], apiGroups = [], nonResourceURLs = [] } = rule;
            assert.ok(![...verbs, ...resources, ...apiGroups, ...nonResourceURLs].includes('*'), role.metadata.name);
            assert.ok(!resources.includes('serviceaccounts/token'));
            if (resources.includes('secrets') || resources.includes('configmaps')) assert.deepEqual(verbs, ['get']);
            if (verbs.includes('escalate')) assert.fail(`${role.metadata.name} grants escalate`);
          }
        }
        assert.ok(!objects.some((object) => readText(object, 'roleRef', 'name') === 'cluster-admin'));
      });
    }

    it('binds accounts of the installation only, and roles that there are', async () => {
      const objects = await render({ rbac, selfManaged: true, ...(rbac === 'namespaced' ? { watchNamespaces: ['apps'] } : {}) });
      const accounts = names(objects, 'ServiceAccount');
      for (const binding of objects.filter(({ kind }) => kind.endsWith('RoleBinding'))) {
        const { namespace } = binding.metadata;
        const kind = readText(binding, 'roleRef', 'kind');
        const place = kind === 'Role' && namespace !== undefined ? { namespace } : {};
        const role = formatSubject({ apiVersion: '', kind, name: readText(binding, 'roleRef', 'name'), ...place });
        assert.ok(names(objects, kind).includes(role), `${role} of ${binding.metadata.name}`);
        for (const subject of readList(binding, 'subjects')) {
          const account = `ServiceAccount/${readText(subject, 'namespace')}/${readText(subject, 'name')}`;
          assert.ok(accounts.includes(account), `${account} of ${binding.metadata.name}`);
        }
      }
    });
  });
}

describe('renderInstall() of the profile namespaced', () => {
  it('gives each further namespace a set of controllers with rights there alone', async () => {
    const objects = await render({ rbac: 'namespaced', watchNamespaces: ['apps'] });
    const clusterRoles = names(objects, 'ClusterRole');
    assert.deepEqual(clusterRoles, ['ClusterRole/flux-edit-infra', 'ClusterRole/flux-view-infra']);
    assert.deepEqual(names(objects, 'ClusterRoleBinding'), []);
    const set = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'kustomize-controller-apps');
    const [container] = readList(set, 'spec', 'template', 'spec', 'containers');
    assert.deepEqual(readList(container, 'env')[0], { name: 'RUNTIME_NAMESPACE', value: 'apps' });
    assert.ok(readList(container, 'args').includes('--watch-all-namespaces=false'));
    assert.ok(readList(container, 'args').includes('--enable-leader-election=false'));
    assert.equal(readText(set, 'spec', 'template', 'spec', 'serviceAccountName'), 'kustomize-controller-apps');
    assert.equal(names(objects, 'CustomResourceDefinition').length, new Set(names(objects, 'CustomResourceDefinition')).size);
  });
});

describe('the account of the platform', () => {
  it('acts in narrow profiles; in standard only under --multi-tenant is one named', () => {
    const account = (rbac: RbacProfile, multiTenant: boolean) => selfAccountOf({ rbac, multiTenant });
    assert.equal(account('standard', false), undefined);
    assert.equal(account('standard', true), 'kustomize-controller');
    assert.equal(account('least-privilege', false), 'flux-platform');
  });

  it('may keep each object of the installation by name, its own roles among them, and prune what another profile left', async () => {
    const objects = await render({ rbac: 'least-privilege', selfManaged: true });
    const role = objects.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'flux-platform-keeps-infra');
    assert.ok(role !== undefined);
    const of = (resource: string, verb: string): string[] =>
      rulesOfRole(role)
        .filter(({ resources = [], verbs }) => resources.includes(resource) && verbs.includes(verb))
        .flatMap(({ resourceNames = [] }) => resourceNames);
    assert.ok(of('clusterroles', 'patch').includes('flux-platform-keeps-infra'));
    assert.ok(of('clusterroles', 'delete').includes('crd-controller-infra'));
    assert.ok(!of('clusterroles', 'patch').includes('crd-controller-infra'));
    assert.deepEqual(of('namespaces', 'patch'), ['infra']);
  });
});

describe('listOtherProfiles()', () => {
  it('names the binding to cluster-admin, and nothing that this profile has for other components', async () => {
    const options = { ...DEFAULT_RENDER_OPTIONS, rbac: 'least-privilege' } as const;
    const { objects } = await renderInstall(options, manifests);
    const stale = (await listOtherProfiles(objects, options, manifests)).map(formatSubject);
    assert.ok(stale.includes('ClusterRoleBinding/cluster-reconciler-flux-system'));
    assert.ok(!stale.some((subject) => subject.startsWith('ClusterRole/image-')));
  });
});

describe('renderNamespaceAccess()', () => {
  it('lets the controllers act as the named accounts, and read by name', async () => {
    const options = { namespace: 'apps', accounts: ['dev', 'dev', 'ops'], fluxNamespace: 'infra' };
    const objects = await renderNamespaceAccess(
      { ...options, components: ['source-controller', 'kustomize-controller'] },
      manifests,
    );
    assert.deepEqual(names(objects, 'Role'), [
      'Role/apps/flux-acts-as-dev',
      'Role/apps/flux-acts-as-ops',
      'Role/apps/kustomize-controller-reads-infra',
      'Role/apps/source-controller-reads-infra',
    ]);
    const subjectsOf = (name: string): string[] => {
      const binding = objects.find(({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === name);
      return readList(binding, 'subjects').map((subject) => `${readText(subject, 'namespace')}/${readText(subject, 'name')}`);
    };
    assert.deepEqual(subjectsOf('flux-acts-as-dev'), ['infra/kustomize-controller', 'infra/flux-platform']);
    assert.deepEqual(subjectsOf('source-controller-reads-infra'), ['infra/source-controller']);
  });
});

describe('renderLockdownPolicies()', () => {
  it('gives each policy with its binding', async () => {
    const objects = await renderLockdownPolicies(manifests);
    const policies = names(objects, 'ValidatingAdmissionPolicy');
    assert.equal(policies.length, 4);
    assert.deepEqual(
      objects.flatMap((object) => readText(object, 'spec', 'policyName') || []).sort(),
      policies.map((name) => name.slice(name.indexOf('/') + 1)).sort(),
    );
  });
});
