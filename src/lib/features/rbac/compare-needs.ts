import { formatSubject } from '../../core/objects.ts';
import { type AccessRequest, findUncovered, listGrants, type NeededAccess } from '../../engine/rbac/index.ts';

/** Rights on one thing that a change needs more, or does not need any more. */
export interface RightsChange {
  readonly change: 'added' | 'removed';
  readonly verbs: readonly string[];
  /** `deployments.apps`, or a path. */
  readonly resource: string;
  /** Absent for what is cluster-scoped. */
  readonly namespace?: string;
  /** Absent means every name. */
  readonly name?: string;
  /** The objects that need it: `Deployment/apps/web`. */
  readonly objects: readonly string[];
  /** True for what hands out much more than it says. */
  readonly isPowerful: boolean;
}

/** What a change does to the rights that are needed. */
export interface RightsComparison {
  readonly added: readonly RightsChange[];
  readonly removed: readonly RightsChange[];
}

/**
 * Compares what two states need, by the roles that would be written for them: what a broader right covers is nothing new.
 *
 * Effects: none
 *
 * @param headroom true compares kinds rather than names
 */
export function compareNeeds(
  before: readonly NeededAccess[],
  after: readonly NeededAccess[],
  { headroom = false }: { readonly headroom?: boolean } = {},
): RightsComparison {
  const [held, wanted] = [listGrants(before, { headroom }), listGrants(after, { headroom })];
  return {
    added: joinChanges('added', findUncovered(wanted, held), after),
    removed: joinChanges('removed', findUncovered(held, wanted), before),
  };
}

function joinChanges(
  change: RightsChange['change'],
  requests: readonly AccessRequest[],
  needed: readonly NeededAccess[],
): RightsChange[] {
  const rows = new Map<string, { request: AccessRequest; verbs: string[]; objects: Set<string> }>();
  for (const request of requests) {
    const { verb, group, resource, namespace, name, path } = request;
    const key = JSON.stringify([group, resource, namespace, name, path]);
    const row = rows.get(key) ?? { request, verbs: [], objects: new Set<string>() };
    row.verbs.push(verb);
    for (const subject of subjectsOf(request, needed)) row.objects.add(subject);
    rows.set(key, row);
  }
  return [...rows.values()].map(({ request, verbs, objects }) => ({
    change,
    verbs,
    resource: request.path ?? (request.group === '' ? request.resource : `${request.resource}.${request.group}`),
    ...(request.namespace === undefined ? {} : { namespace: request.namespace }),
    ...(request.name === undefined ? {} : { name: request.name }),
    objects: [...objects],
    isPowerful: isPowerful(request, verbs),
  }));
}

/** Rights that a role in the set grants are needed by the role. */
function subjectsOf(request: AccessRequest, needed: readonly NeededAccess[]): string[] {
  const fits = (each: AccessRequest): boolean =>
    each.verb === request.verb &&
    each.group === request.group &&
    each.resource === request.resource &&
    each.path === request.path &&
    (request.namespace === undefined || each.namespace === request.namespace || each.resource === 'namespaces') &&
    (request.name === undefined || each.name === request.name);
  return needed
    .filter((each) => fits(each) || (Array.isArray(each.orElse) && each.orElse.some(fits)))
    .map(({ subject }) => formatSubject(subject));
}

/** What a reviewer should not pass over. */
function isPowerful({ group, resource, namespace, name }: AccessRequest, verbs: readonly string[]): boolean {
  if (verbs.some((verb) => ['*', 'bind', 'escalate', 'impersonate'].includes(verb))) return true;
  if (group === '*' || resource === '*' || resource === 'serviceaccounts/token') return true;
  if (group === 'rbac.authorization.k8s.io' && verbs.includes('create')) return true;
  return group === '' && resource === 'secrets' && name === undefined && namespace === undefined;
}
