import { groupOf, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import type { ResourceScope } from '../../engine/rbac/index.ts';
import { PLATFORM_ACCOUNT } from './profiles.ts';

/** What an installation consists of besides Flux's own kinds. */
const SCOPES: Readonly<Record<string, ResourceScope>> = {
  '/Namespace': { plural: 'namespaces', namespaced: false },
  '/ServiceAccount': { plural: 'serviceaccounts', namespaced: true },
  '/Service': { plural: 'services', namespaced: true },
  '/ResourceQuota': { plural: 'resourcequotas', namespaced: true },
  'apps/Deployment': { plural: 'deployments', namespaced: true },
  'networking.k8s.io/NetworkPolicy': { plural: 'networkpolicies', namespaced: true },
  'rbac.authorization.k8s.io/Role': { plural: 'roles', namespaced: true },
  'rbac.authorization.k8s.io/RoleBinding': { plural: 'rolebindings', namespaced: true },
  'rbac.authorization.k8s.io/ClusterRole': { plural: 'clusterroles', namespaced: false },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { plural: 'clusterrolebindings', namespaced: false },
  'apiextensions.k8s.io/CustomResourceDefinition': { plural: 'customresourcedefinitions', namespaced: false },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': { plural: 'validatingadmissionpolicies', namespaced: false },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': {
    plural: 'validatingadmissionpolicybindings',
    namespaced: false,
  },
};

/**
 * Writes the roles with which the account of the platform can keep an installation: each of its objects by name, and what
 * the roles among them grant, since who writes a role must hold that. They let it keep themselves too.
 *
 * What it holds has a bound: it cannot write a role that grants more than it does. So a version of Flux that needs new
 * rights is brought in by an administrator, with the same command as the first time.
 *
 * Effects: none
 *
 * @param objects the installation, the account among them
 * @param stale what another profile leaves, to be pruned
 */
export async function makePlatformRoles(
  objects: readonly K8sObject[],
  stale: readonly ObjectRef[],
  namespace: string,
): Promise<K8sObject[]> {
  const { listGrants, requiredAccess, suggestRole } = await import('../../engine/rbac/index.ts');
  const name = `${PLATFORM_ACCOUNT}-keeps-${namespace}`;
  const account = { namespace, name: PLATFORM_ACCOUNT };
  const suggest = (set: readonly K8sObject[]): K8sObject[] => {
    const needed = requiredAccess(set, { scopeOf, staleRefs: stale, isPrunable: () => true });
    return suggestRole(listGrants(needed), { name, names: 'all', account });
  };
  // The roles themselves are among what is kept: first by their names alone, which says which there are.
  const outline = suggest(objects).map(withoutRules);
  return suggest([...objects, ...outline]);
}

function withoutRules(object: K8sObject): K8sObject {
  return object['rules'] === undefined ? object : { ...object, rules: [] };
}

function scopeOf(kind: KindRef): ResourceScope | undefined {
  return SCOPES[`${groupOf(kind)}/${kind.kind}`];
}

/** What of an installation in one profile is not in another: names of objects that the other leaves behind. */
export function listStale(before: readonly K8sObject[], now: readonly K8sObject[]): ObjectRef[] {
  const keyOf = ({ kind, metadata }: K8sObject): string => JSON.stringify([kind, metadata.namespace ?? '', metadata.name]);
  const kept = new Set(now.map(keyOf));
  const stale = new Map(before.filter((object) => !kept.has(keyOf(object))).map((object) => [keyOf(object), refOf(object)]));
  return [...stale.values()];
}
