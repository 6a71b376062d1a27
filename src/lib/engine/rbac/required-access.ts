import { isJsonObject } from '../../core/json.ts';
import { groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { EVERYTHING, listRuleAccess } from './rule-access.ts';
import type { NeededAccess, PolicyRule, RequiredAccessOptions } from './types.ts';

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** An apply reads the object, patches it, and is authorised as create where there is none; dry runs are the same. */
const APPLY_VERBS: readonly string[] = ['get', 'patch', 'create'];
const PRUNE_VERBS: readonly string[] = ['get', 'delete'];

/**
 * Lists every access that applying the objects and pruning the stale ones needs, in their order. Kinds that nobody knows
 * are left out: applying them fails anyway, in clearer words.
 *
 * Effects: none
 * Source: the API server's own checks; Kubernetes documentation on server-side apply and on privilege escalation
 */
export function requiredAccess(objects: readonly K8sObject[], options: RequiredAccessOptions): NeededAccess[] {
  const { scopeOf, staleRefs = [], isForced, isPrunable } = options;
  const rules = collectRules(objects, options.rulesOf);
  const newRoles = findNewRoles(objects, options.isThere);
  return [
    ...objects.flatMap((object) => {
      const ref = refOf(object);
      const forced = isForced?.(object) === true ? forVerbs(ref, ['delete'], 'force', scopeOf) : [];
      const pruned = isPrunable?.(object) === true ? forVerbs(ref, ['delete'], 'prune', scopeOf) : [];
      return [...forVerbs(ref, APPLY_VERBS, 'apply', scopeOf), ...forced, ...pruned, ...forEscalation(object, rules, newRoles)];
    }),
    ...staleRefs.flatMap((ref) => forVerbs(ref, PRUNE_VERBS, 'prune', scopeOf)),
  ];
}

function forVerbs(
  ref: ObjectRef,
  verbs: readonly string[],
  why: NeededAccess['why'],
  scopeOf: RequiredAccessOptions['scopeOf'],
): NeededAccess[] {
  const scope = scopeOf(ref);
  if (scope === undefined) return [];
  const namespace = namespaceOf(ref, scope.namespaced);
  return verbs.map((verb) => ({
    verb,
    group: groupOf(ref),
    resource: scope.plural,
    ...(namespace === undefined || (verb === 'create' && !scope.namespaced) ? {} : { namespace }),
    name: ref.name,
    subject: ref,
    why,
  }));
}

/** The API server looks at a request for a Namespace as one within that namespace, so a Role there can grant it. */
function namespaceOf(ref: ObjectRef, isNamespaced: boolean): string | undefined {
  if (isNamespaced) return ref.namespace;
  return ref.kind === 'Namespace' && groupOf(ref) === '' ? ref.name : undefined;
}

/**
 * Who writes a role must hold what it grants, or have `escalate`; who writes a binding must hold what the role grants, or
 * have `bind`.
 */
function forEscalation(
  object: K8sObject,
  rules: ReadonlyMap<string, readonly PolicyRule[]>,
  newRoles: ReadonlySet<string>,
): NeededAccess[] {
  if (groupOf(object) !== RBAC_GROUP) return [];
  const subject = refOf(object);
  const namespace = object.metadata.namespace;
  const place = namespace === undefined ? {} : { namespace };
  const common = { group: RBAC_GROUP, subject, why: 'escalation' } as const;
  if (object.kind === 'Role' || object.kind === 'ClusterRole') {
    const granted = object['aggregationRule'] === undefined ? rulesOfRole(object) : EVERYTHING;
    if (granted.length === 0) return [];
    const resource = object.kind === 'Role' ? 'roles' : 'clusterroles';
    const orElse = listRuleAccess(granted, namespace);
    return [{ ...common, ...place, verb: 'escalate', resource, name: object.metadata.name, orElse }];
  }
  if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') return [];
  const roleRef = object['roleRef'];
  if (!isJsonObject(roleRef) || typeof roleRef['name'] !== 'string') return [];
  const isRole = roleRef['kind'] === 'Role';
  const key = keyOf(isRole ? 'Role' : 'ClusterRole', isRole ? namespace : undefined, roleRef['name']);
  const bind = { ...common, ...place, verb: 'bind', resource: isRole ? 'roles' : 'clusterroles', name: roleRef['name'] };
  if (newRoles.has(key)) return [bind];
  const granted = rules.get(key);
  return [{ ...bind, orElse: granted === undefined ? 'unknown' : listRuleAccess(granted, namespace) }];
}

function findNewRoles(objects: readonly K8sObject[], isThere: RequiredAccessOptions['isThere']): ReadonlySet<string> {
  const roles = objects.filter((object) => groupOf(object) === RBAC_GROUP && object.kind.endsWith('Role'));
  const fresh = roles.filter((role) => isThere?.(refOf(role)) !== true);
  return new Set(fresh.map(({ kind, metadata }) => keyOf(kind, metadata.namespace, metadata.name)));
}

/** The rules of the roles in the set; those of other roles that bindings in it refer to. */
function collectRules(
  objects: readonly K8sObject[],
  lookup: RequiredAccessOptions['rulesOf'],
): ReadonlyMap<string, readonly PolicyRule[]> {
  const rules = new Map<string, readonly PolicyRule[]>();
  for (const object of objects) {
    if (groupOf(object) !== RBAC_GROUP || (object.kind !== 'Role' && object.kind !== 'ClusterRole')) continue;
    const granted = object['aggregationRule'] === undefined ? rulesOfRole(object) : EVERYTHING;
    rules.set(keyOf(object.kind, object.metadata.namespace, object.metadata.name), granted);
  }
  for (const ref of listBoundRoles(objects)) {
    const key = keyOf(ref.kind, ref.namespace, ref.name);
    const found = rules.has(key) ? undefined : lookup?.(ref);
    if (found !== undefined) rules.set(key, found);
  }
  return rules;
}

/**
 * Names the roles that bindings among the objects refer to and that are not among them.
 *
 * Effects: none
 */
export function listBoundRoles(objects: readonly K8sObject[]): ObjectRef[] {
  const found = new Map<string, ObjectRef>();
  for (const object of objects) {
    if (groupOf(object) !== RBAC_GROUP || !object.kind.endsWith('Binding')) continue;
    const roleRef = object['roleRef'];
    if (!isJsonObject(roleRef) || typeof roleRef['name'] !== 'string') continue;
    const { namespace } = object.metadata;
    const apiVersion = `${RBAC_GROUP}/v1`;
    const ref: ObjectRef =
      roleRef['kind'] === 'Role'
        ? { apiVersion, kind: 'Role', name: roleRef['name'], ...(namespace === undefined ? {} : { namespace }) }
        : { apiVersion, kind: 'ClusterRole', name: roleRef['name'] };
    found.set(keyOf(ref.kind, ref.namespace, ref.name), ref);
  }
  for (const object of objects) found.delete(keyOf(object.kind, object.metadata.namespace, object.metadata.name));
  return [...found.values()];
}

/** The rules of a role; what is not a rule is left out. */
export function rulesOfRole(role: K8sObject): readonly PolicyRule[] {
  const rules = role['rules'];
  if (!Array.isArray(rules)) return [];
  return rules.filter((rule): rule is PolicyRule => isJsonObject(rule) && Array.isArray(rule['verbs']));
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return kind === 'ClusterRole' ? `ClusterRole/${name}` : `${kind}/${namespace ?? ''}/${name}`;
}
