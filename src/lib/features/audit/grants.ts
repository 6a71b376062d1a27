import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { readList, readText } from '../../core/read-object.ts';
import { type PolicyRule, rulesOfRole } from '../../engine/rbac/index.ts';
import type { Snapshot } from './types.ts';

const RBAC_API = 'rbac.authorization.k8s.io/v1';
const BOOTSTRAP_LABEL = 'kubernetes.io/bootstrapping';

/** Who is bound to what, and where. */
export interface Grant {
  readonly binding: K8sObject;
  readonly role: ObjectRef;
  /** `undefined` where the role is not there. */
  readonly rules: readonly PolicyRule[] | undefined;
  readonly subjects: readonly Subject[];
  /** Absent means everywhere. */
  readonly namespace?: string;
}

/** Somebody in a binding. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  /** Of a ServiceAccount. */
  readonly namespace: string;
}

/**
 * Lists the bindings with what they grant. Those that Kubernetes brings itself are left out: they are the API server's own
 * business, and it restores them.
 *
 * Effects: none
 */
export function listGrants(snapshot: Snapshot): Grant[] {
  const roles = new Map([...listOf(snapshot, 'clusterRoles'), ...listOf(snapshot, 'roles')].map((role) => [keyOf(role), role]));
  return [...listOf(snapshot, 'clusterRoleBindings'), ...listOf(snapshot, 'roleBindings')]
    .filter((binding) => !isBuiltin(binding))
    .map((binding) => {
      const { namespace } = binding.metadata;
      const roleRef = isJsonObject(binding['roleRef']) ? binding['roleRef'] : {};
      const kind = readText(roleRef, 'kind');
      const name = readText(roleRef, 'name');
      const place = namespace === undefined ? {} : { namespace };
      const role = kind === 'Role' ? { apiVersion: RBAC_API, kind, name, ...place } : { apiVersion: RBAC_API, kind, name };
      const found = roles.get(`${kind}/${kind === 'Role' ? (namespace ?? '') : ''}/${name}`);
      return {
        binding,
        role,
        rules: found === undefined ? knownRules(kind, name) : rulesOfRole(found),
        subjects: readList(binding, 'subjects')
          .filter(isJsonObject)
          .map((subject) => readSubject(subject, namespace ?? '')),
        ...place,
      };
    });
}

/** In files the built-in roles are not there, but everybody knows what this one grants. */
function knownRules(kind: string, name: string): readonly PolicyRule[] | undefined {
  return kind === 'ClusterRole' && name === 'cluster-admin' ? [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] : undefined;
}

/** Tells whether Kubernetes itself brings an object. */
export function isBuiltin({ metadata }: K8sObject): boolean {
  return metadata.labels?.[BOOTSTRAP_LABEL] !== undefined || metadata.name.startsWith('system:');
}

/** What was read of a kind; nothing where it was not. */
export function listOf(snapshot: Snapshot, name: Parameters<Snapshot['lists']['get']>[0]): readonly K8sObject[] {
  return snapshot.lists.get(name) ?? [];
}

/** Names a subject as kubectl does: `ServiceAccount apps/dev-team`. */
export function formatHolder({ kind, name, namespace }: Subject): string {
  return kind === 'ServiceAccount' ? `ServiceAccount ${namespace}/${name}` : `${kind} ${name}`;
}

/** Names all subjects of a grant, cut after three. */
export function formatHolders({ subjects }: Grant): string {
  const names = subjects.map(formatHolder);
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

/** Says where a grant holds. */
export function formatPlace({ namespace }: Pick<Grant, 'namespace'>): string {
  return namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`;
}

/** Tells whether a rule grants an access on every object of a resource. */
export function allowsAll(rule: PolicyRule, verb: string, group: string, resource: string): boolean {
  return (rule.resourceNames ?? []).length === 0 && allows(rule, verb, group, resource);
}

/** Tells whether a rule grants an access on at least some objects of a resource. */
export function allows(rule: PolicyRule, verb: string, group: string, resource: string): boolean {
  const has = (list: readonly string[] | undefined, wanted: string): boolean =>
    list !== undefined && (list.includes('*') || list.includes(wanted));
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  const subresource = resource.split('/')[1];
  return has(rule.resources, resource) || (subresource !== undefined && rule.resources?.includes(`*/${subresource}`) === true);
}

/** Tells whether a rule hands out everything there is. */
export function isEverything({ apiGroups = [], resources = [], verbs }: PolicyRule): boolean {
  return apiGroups.includes('*') && resources.includes('*') && verbs.includes('*');
}

function readSubject(subject: JsonObject, namespace: string): Subject {
  const kind = readText(subject, 'kind');
  const name = readText(subject, 'name');
  return { kind, name, namespace: kind === 'ServiceAccount' ? readText(subject, 'namespace') || namespace : '' };
}

function keyOf({ kind, metadata }: K8sObject): string {
  return `${kind}/${kind === 'Role' ? (metadata.namespace ?? '') : ''}/${metadata.name}`;
}
