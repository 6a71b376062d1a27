import type { JsonObject } from '../../core/json.ts';
import type { RenderOptions } from './options.ts';
import { KUSTOMIZATION, patchOf } from './overlay-parts.ts';
import { PLATFORM_ACCOUNT } from './profiles.ts';

const NARROW = 'rbac/least-privilege';

/** Controllers that act for others. */
const APPLIERS: readonly string[] = ['kustomize-controller', 'helm-controller'];

/** Regular expression for the names of the controllers' own roles, which keeps those for users out. */
const CONTROLLER_NAMES = '.*-controller|source-watcher';

/** Files of an overlay by their path below it. */
export type OverlayFiles = Record<string, JsonObject>;

/** The roles of an overlay. */
export interface RolesOverlay {
  readonly files: OverlayFiles;
  /** Folders that the overlay lists. */
  readonly folders: readonly string[];
  /** Kinds of bindings, whose subjects are to be put into the namespace of the installation. */
  readonly bindings: readonly string[];
}

/**
 * Writes the part of the overlay that has the roles of the installation's own namespace.
 *
 * Effects: none
 */
export function renderRoles(options: RenderOptions, components: readonly string[]): RolesOverlay {
  const { namespace, rbac, multiTenant, selfManaged } = options;
  const named = { ...KUSTOMIZATION, namespace, nameSuffix: `-${namespace}` };
  if (rbac === 'standard') {
    const files = { 'rbac/kustomization.yaml': { ...named, resources: ['../../rbac/standard'] } };
    return { files, folders: ['rbac'], bindings: ['ClusterRoleBinding'] };
  }
  const isNamespaced = rbac === 'namespaced';
  const parts: string[] = components.includes('source-watcher') ? ['external-artifacts'] : [];
  if (!isNamespaced) parts.push('ping', ...(multiTenant ? [] : ['foreign-policies']));
  const files: OverlayFiles = {
    'rbac/kustomization.yaml': {
      ...named,
      resources: [
        '../../rbac/quota',
        `../../${NARROW}/users`,
        ...['watch', 'namespace', 'election'].flatMap((base) => listBases(base, components, '../..')),
      ],
      components: parts.map((name) => `../../${NARROW}/${name}`),
      ...(isNamespaced ? { patches: limitToNamespace() } : {}),
    },
  };
  if (selfManaged) {
    const resources = [`../../${NARROW}/platform`, 'account'];
    files['platform/kustomization.yaml'] = { ...KUSTOMIZATION, namespace, resources };
    files['platform/account/kustomization.yaml'] = actAs(PLATFORM_ACCOUNT, selectAppliers(components), '../../..');
  }
  const bindings = isNamespaced ? ['RoleBinding'] : ['ClusterRoleBinding', 'RoleBinding'];
  return { files, folders: selfManaged ? ['rbac', 'platform'] : ['rbac'], bindings };
}

/**
 * Writes the part of an overlay that lets a namespace be worked in: what is read there, and, in a namespaced installation,
 * what is watched there too.
 *
 * Effects: none
 *
 * @param suffix ending of the names of the roles
 * @param up path from the folder to that of the bases
 */
export function renderNamespaceRoles(
  bases: readonly ('watch' | 'namespace')[],
  { namespace, suffix, components, up }: { namespace: string; suffix: string; components: readonly string[]; up: string },
): JsonObject {
  const isWatched = bases.includes('watch');
  return {
    ...KUSTOMIZATION,
    namespace,
    nameSuffix: suffix,
    resources: bases.flatMap((base) => listBases(base, components, up)),
    ...(isWatched && components.includes('source-watcher') ? { components: [`${up}/${NARROW}/external-artifacts`] } : {}),
    ...(isWatched ? { patches: limitToNamespace() } : {}),
  };
}

/**
 * Writes a kustomization that lets the controllers act as one account.
 *
 * Effects: none
 *
 * @param controllers names of their accounts
 * @param up path from its folder to that of the bases
 */
export function actAs(account: string, controllers: readonly string[], up: string): JsonObject {
  return {
    ...KUSTOMIZATION,
    nameSuffix: `-${account}`,
    resources: [`${up}/${NARROW}/account`],
    patches: [
      patchOf({ kind: 'Role' }, [{ op: 'replace', path: '/rules/0/resourceNames', value: [account] }]),
      onlySubjects(controllers),
    ],
  };
}

/**
 * Writes a kustomization that lets the controllers act as any account of a namespace.
 *
 * Effects: none
 */
export function actAsAny(suffix: string, controllers: readonly string[], up: string): JsonObject {
  return {
    ...KUSTOMIZATION,
    nameSuffix: suffix,
    resources: [`${up}/${NARROW}/account`],
    patches: [patchOf({ kind: 'Role' }, [{ op: 'remove', path: '/rules/0/resourceNames' }]), onlySubjects(controllers)],
  };
}

/** Those of the controllers that act for others. */
export function selectAppliers(components: readonly string[]): string[] {
  return APPLIERS.filter((name) => components.includes(name));
}

/** The base has those of a whole installation. */
function onlySubjects(controllers: readonly string[]): JsonObject {
  const value = controllers.map((name) => ({ kind: 'ServiceAccount', name, namespace: 'flux-system' }));
  return patchOf({ kind: 'RoleBinding' }, [{ op: 'replace', path: '/subjects', value }]);
}

/** source-watcher reads nothing but what it watches. */
function listBases(base: string, components: readonly string[], up: string): string[] {
  const names = base === 'namespace' ? components.filter((name) => name !== 'source-watcher') : components;
  return names.map((name) => `${up}/${NARROW}/${base}/${name}`);
}

/** Makes Roles of the cluster-wide roles, with the same rules. */
function limitToNamespace(): JsonObject[] {
  const change = { allowKindChange: true };
  const kind = (value: string): JsonObject => ({ op: 'replace', path: '/kind', value });
  const toRole = { op: 'replace', path: '/roleRef/kind', value: 'Role' };
  return [
    patchOf({ kind: 'ClusterRole', name: CONTROLLER_NAMES }, [kind('Role')], change),
    patchOf({ kind: 'ClusterRoleBinding', name: CONTROLLER_NAMES }, [toRole, kind('RoleBinding')], change),
  ];
}
