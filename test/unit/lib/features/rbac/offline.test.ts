import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { diffLocalRights, type FilesAt } from '../../../../../src/lib/features/rbac/diff-rights.ts';
import { formatRightsDiff } from '../../../../../src/lib/features/rbac/format-rights-diff.ts';
import { pickKustomization } from '../../../../../src/lib/features/rbac/pick-kustomization.ts';
import type { OfflineRequest } from '../../../../../src/lib/features/rbac/plan-offline.ts';
import { readDefinitions } from '../../../../../src/lib/features/rbac/read-definitions.ts';
import { writeOfflineRole } from '../../../../../src/lib/features/rbac/write-offline-role.ts';

const KUSTOMIZATION = (spec = '', api = 'kustomize.toolkit.fluxcd.io/v1'): string =>
  `apiVersion: ${api}\nkind: Kustomization\nmetadata: {name: web, namespace: apps}\nspec: {interval: 10m, path: ./deploy, prune: true, serviceAccountName: dev-team, targetNamespace: apps, sourceRef: {kind: GitRepository, name: team}${spec}}\n`;
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\n';
const WEB = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n';
const DATABASE = 'apiVersion: example.com/v1\nkind: Database\nmetadata: {name: db}\n';
const CRD =
  'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: databases.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: databases, kind: Database}}\n';

const roleOf = (
  manifests: string,
  more: Partial<OfflineRequest> & { spec?: string; headroom?: boolean } = {},
): Promise<K8sObject[]> =>
  writeOfflineRole(
    { kustomization: parseYaml(KUSTOMIZATION(more.spec)) as K8sObject, file: 'web.yaml', path: '/deploy', ...more },
    { cwd: '/', openFolder: () => Promise.resolve(fromMemory({ 'deploy/all.yaml': manifests })), progress: SILENT },
  );
const rulesOf = (roles: readonly K8sObject[]): unknown => roles.find(({ kind }) => kind === 'Role')?.['rules'];

describe('writeOfflineRole()', () => {
  it('writes the role without a cluster, with the lists that health needs', async () => {
    const roles = await roleOf(WEB, { spec: ', wait: true' });
    assert.deepEqual(
      roles.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`),
      ['Role/apps/flux:apps:web', 'RoleBinding/apps/flux:apps:web'],
    );
    assert.deepEqual(rulesOf(roles), [
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['create', 'delete', 'get', 'patch'] },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ]);
  });

  it('leaves names out with headroom', async () => {
    assert.deepEqual(rulesOf(await roleOf(CONFIG, { headroom: true })), [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'delete', 'get', 'patch'] },
    ]);
  });

  it('knows kinds of definitions in the set and of files; others are an error: rbac/unknown-kind', async () => {
    await assert.rejects(roleOf(DATABASE), (error) => isFluxError(error, 'rbac/unknown-kind') && /Database/.test(error.message));
    const definitions = readDefinitions([{ path: 'crd.yaml', text: CRD }]);
    assert.equal((await roleOf(DATABASE, { definitions })).length, 2);
    assert.equal((await roleOf(`${CRD}---\n${DATABASE}`)).length, 4);
  });

  it('wants a value for each variable: rbac/unset-variable', async () => {
    const named = CONFIG.replace('conf', '"c-${env}"');
    const spec = ', postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}';
    await assert.rejects(roleOf(named, { spec }), (error) => isFluxError(error, 'rbac/unset-variable'));
    const other = ', postBuild: {substitute: {a: b}}';
    await assert.rejects(roleOf(named, { spec: other }), (error) => isFluxError(error, 'rbac/unset-variable'));
    const roles = await roleOf(named, { spec, substitute: { env: 'prod' } });
    assert.match(JSON.stringify(rulesOf(roles)), /"c-prod"/);
  });

  it('wants a place for what has one: rbac/no-namespace', async () => {
    const kustomization = parseYaml(KUSTOMIZATION().replace('targetNamespace: apps, ', '')) as K8sObject;
    await assert.rejects(roleOf(CONFIG, { kustomization }), (error) => isFluxError(error, 'rbac/no-namespace'));
  });
});

describe('pickKustomization()', () => {
  const pick = (text: string, name = '', namespace?: string): K8sObject =>
    pickKustomization(
      text,
      'f.yaml',
      { name, defaultNamespace: 'flux-system', ...(namespace === undefined ? {} : { namespace }) },
      () => {},
    );

  it('takes the only one, or the one of the name, in the API of this release', () => {
    assert.equal(
      pick(CONFIG + '---\n' + KUSTOMIZATION('', 'kustomize.toolkit.fluxcd.io/v1beta2')).apiVersion,
      'kustomize.toolkit.fluxcd.io/v1',
    );
    const two = `${KUSTOMIZATION()}---\n${KUSTOMIZATION().replace('name: web', 'name: api')}`;
    assert.equal(pick(two, 'api').metadata.name, 'api');
    assert.equal(pick(KUSTOMIZATION().replace(', namespace: apps', '')).metadata.namespace, 'flux-system');
  });

  it('refuses to guess: rbac/no-kustomization', () => {
    const two = `${KUSTOMIZATION()}---\n${KUSTOMIZATION().replace('name: web', 'name: api')}`;
    for (const run of [() => pick(two), () => pick(CONFIG), () => pick(two, 'x'), () => pick(two, 'web', 'other')]) {
      assert.throws(run, (error) => isFluxError(error, 'rbac/no-kustomization'));
    }
  });
});

describe('diffLocalRights()', () => {
  const at = (revision: string, files: Record<string, string>): FilesAt => ({
    revision,
    commit: revision.padEnd(40, '0'),
    files: fromMemory(files),
  });
  const BEFORE = at('a', { 'web.yaml': KUSTOMIZATION(), 'deploy/all.yaml': `${CONFIG}---\n${WEB}` });
  const diff = (before: FilesAt, after: FilesAt, headroom = false) =>
    diffLocalRights(
      before,
      after,
      { from: 'a', to: 'b', headroom, choice: { name: '', defaultNamespace: 'apps' }, file: '/web.yaml', path: '' },
      { progress: SILENT },
    );
  const lines = (changes: readonly { verbs: readonly string[]; resource: string; name?: string }[]): string[] =>
    changes.map(({ verbs, resource, name = '*' }) => `${verbs.join(',')} ${resource} ${name}`);

  it('tells what is needed more and what no longer, and by what', async () => {
    const binding = `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: boss}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}\nsubjects: []\n`;
    const after = at('b', { 'web.yaml': KUSTOMIZATION(), 'deploy/all.yaml': `${WEB}---\n${binding}` });
    const found = await diff(BEFORE, after);
    assert.equal(found.needsMore, true);
    assert.deepEqual(lines(found.added), [
      'get,patch,create,delete rolebindings.rbac.authorization.k8s.io boss',
      'bind clusterroles.rbac.authorization.k8s.io admin',
    ]);
    assert.deepEqual(lines(found.removed), ['get,patch,create,delete configmaps conf']);
    assert.deepEqual(found.added[1]?.objects, ['RoleBinding/apps/boss']);
    const text = formatRightsDiff(found);
    assert.match(text, /\*\*needs more rights\*\* \(5 accesses on 2 things\), no longer needs 4 accesses on 1 thing/);
    assert.match(text, /Look twice/);
  });

  it('reads the Kustomization itself at both revisions', async () => {
    const after = at('b', { 'web.yaml': KUSTOMIZATION(', wait: true'), 'deploy/all.yaml': `${CONFIG}---\n${WEB}` });
    assert.deepEqual(lines((await diff(BEFORE, after)).added), ['list replicasets.apps *', 'list pods *']);
  });

  it('compares kinds rather than names with headroom', async () => {
    const after = at('b', { 'web.yaml': KUSTOMIZATION(), 'deploy/all.yaml': `${CONFIG.replace('conf', 'other')}---\n${WEB}` });
    assert.equal((await diff(BEFORE, after)).needsMore, true);
    assert.equal((await diff(BEFORE, after, true)).needsMore, false);
  });

  it('takes what is not there at a revision for needing nothing', async () => {
    const empty = at('a', { README: '' });
    assert.equal((await diff(empty, BEFORE)).removed.length, 0);
    assert.equal((await diff(BEFORE, empty)).needsMore, false);
    assert.equal((await diff(at('a', { 'web.yaml': KUSTOMIZATION() }), BEFORE)).added.length, 2);
    await assert.rejects(diff(empty, empty), (error) => isFluxError(error, 'rbac/no-kustomization'));
  });
});
