import type { JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { AccessRequest, PolicyRule } from './types.ts';

/** What the suggested objects are called and who gets them. */
export interface SuggestionOptions {
  /** Name of every role and binding. */
  readonly name: string;
  /** The ServiceAccount to bind; absent leaves the bindings out. */
  readonly account?: { readonly namespace: string; readonly name: string };
  /**
   * Which rules are limited to the names of the objects: none, those of cluster-scoped kinds, or all. Default: `cluster`,
   * since the next ConfigMap should not need a new rule, and the next ClusterRole should.
   */
  readonly names?: 'none' | 'cluster' | 'all';
}

/**
 * Writes the smallest roles that grant the accesses, ready to commit: one Role per namespace, one ClusterRole for all that
 * is cluster-scoped, and bindings to the account.
 *
 * Effects: none
 *
 * @returns Roles in the order of namespaces as they come up, the ClusterRole last
 */
export function suggestRole(requests: readonly AccessRequest[], options: SuggestionOptions): K8sObject[] {
  const byNamespace = new Map<string, AccessRequest[]>();
  for (const request of requests) {
    const namespace = request.namespace ?? '';
    const list = byNamespace.get(namespace);
    if (list === undefined) byNamespace.set(namespace, [request]);
    else list.push(request);
  }
  const namespaces = [...byNamespace.keys()].filter((namespace) => namespace !== '');
  const places = byNamespace.has('') ? [...namespaces, ''] : namespaces;
  return places.flatMap((namespace) => {
    const rules = joinRules(byNamespace.get(namespace) ?? [], options.names ?? 'cluster');
    return formatRole(namespace, rules, options);
  });
}

/**
 * Joins accesses into rules: first the verbs of one resource, then the resources with the same verbs.
 *
 * Effects: none
 */
export function joinRules(requests: readonly AccessRequest[], names: 'none' | 'cluster' | 'all'): PolicyRule[] {
  const byTarget = new Map<string, { group: string; resource: string; name: string; path: string; verbs: Set<string> }>();
  for (const { verb, group, resource, namespace, path = '', ...rest } of requests) {
    const isNamed = names === 'all' || (names === 'cluster' && namespace === undefined);
    const mustBeNamed = verb === 'bind' || verb === 'escalate';
    const name = isNamed || mustBeNamed ? (rest.name ?? '') : '';
    const key = JSON.stringify([group, resource, name, path]);
    const target = byTarget.get(key) ?? { group, resource, name, path, verbs: new Set<string>() };
    target.verbs.add(verb);
    byTarget.set(key, target);
  }
  const byVerbs = new Map<string, PolicyRule>();
  for (const { group, resource, name, path, verbs } of byTarget.values()) {
    const sorted = [...verbs].toSorted();
    const key = JSON.stringify([path === '' ? group : null, name === '' ? '' : resource, name !== '', sorted]);
    const rule = byVerbs.get(key) ?? { verbs: sorted };
    if (path !== '') rule.nonResourceURLs = addTo(rule.nonResourceURLs, path);
    else {
      rule.apiGroups = [group];
      rule.resources = addTo(rule.resources, resource);
      if (name !== '') rule.resourceNames = addTo(rule.resourceNames, name);
    }
    byVerbs.set(key, rule);
  }
  return [...byVerbs.values()].map(({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) => ({
    ...(apiGroups === undefined ? {} : { apiGroups }),
    ...(resources === undefined ? {} : { resources }),
    ...(resourceNames === undefined ? {} : { resourceNames }),
    ...(nonResourceURLs === undefined ? {} : { nonResourceURLs }),
    verbs,
  }));
}

function addTo(list: string[] | undefined, item: string): string[] {
  return list?.includes(item) === true ? list : [...(list ?? []), item].toSorted();
}

function formatRole(namespace: string, rules: PolicyRule[], options: SuggestionOptions): K8sObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const isCluster = namespace === '';
  const metadata = isCluster ? { name: options.name } : { name: options.name, namespace };
  const kind = isCluster ? 'ClusterRole' : 'Role';
  const role: K8sObject = { apiVersion, kind, metadata, rules };
  if (options.account === undefined) return [role];
  const subject: JsonObject = {
    kind: 'ServiceAccount',
    name: options.account.name,
    namespace: options.account.namespace,
  };
  const binding: K8sObject = {
    apiVersion,
    kind: `${kind}Binding`,
    metadata: { ...metadata },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: options.name },
    subjects: [subject],
  };
  return [role, binding];
}
