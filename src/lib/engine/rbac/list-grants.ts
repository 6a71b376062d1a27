import type { AccessRequest, NeededAccess } from './types.ts';

/** How much to grant. */
export interface GrantOptions {
  /**
   * Leaves room for the next object: what is in a namespace is not limited to the names of the objects. Names of
   * cluster-scoped objects and of what escalation asks for stay. Default: false.
   */
  readonly headroom?: boolean;
}

/**
 * Chooses what to grant so that the needed accesses are held, with the least power where there is a choice.
 *
 * A role is written by who holds what it grants: `escalate` would let the account write anything into it. A role whose rules
 * nobody can foresee (an aggregating one grants whatever flows into it) leaves only `escalate`. A role is bound by `bind` on
 * its name, unless all that it grants is held anyway.
 *
 * Effects: none
 *
 * @returns the accesses in their order, none covered by another
 */
export function listGrants(needed: readonly NeededAccess[], { headroom = false }: GrantOptions = {}): AccessRequest[] {
  const held = needed.flatMap((request): readonly AccessRequest[] => {
    if (request.verb === 'bind' && request.why === 'escalation') return [];
    const { orElse } = request;
    const isBounded = Array.isArray(orElse) && !orElse.some(({ resource, path }) => resource === '*' || path === '*');
    return request.verb === 'escalate' && isBounded ? orElse : [formatGrant(request, headroom)];
  });
  const broadest = dropCovered(held.map(pick));
  const bound = needed.filter(({ verb, why, orElse }) => {
    if (verb !== 'bind' || why !== 'escalation') return false;
    return !Array.isArray(orElse) || !orElse.every((request) => broadest.some((grant) => covers(grant, request)));
  });
  return dropCovered([...broadest, ...bound.map(pick)]);
}

/**
 * Leaves out what another access grants as well.
 *
 * Effects: none
 */
export function dropCovered(requests: readonly AccessRequest[]): AccessRequest[] {
  const unique = [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
  // Only few are broad enough to cover others: those compare with all, the rest with none.
  const broad = unique.filter(isBroad);
  return unique.filter((request) => !broad.some((other) => other !== request && covers(other, request)));
}

/**
 * Finds what of some accesses others do not grant.
 *
 * Effects: none
 */
export function findUncovered(wanted: readonly AccessRequest[], held: readonly AccessRequest[]): AccessRequest[] {
  const same = new Set(held.map((each) => JSON.stringify(pick(each))));
  const broad = held.filter(isBroad);
  return wanted.filter((each) => !same.has(JSON.stringify(pick(each))) && !broad.some((grant) => covers(grant, each)));
}

function isBroad({ verb, group, resource, namespace, name, path }: AccessRequest): boolean {
  if (path !== undefined) return path.includes('*') || verb === '*';
  return name === undefined || namespace === undefined || [verb, group, resource].includes('*');
}

function covers(grant: AccessRequest, request: AccessRequest): boolean {
  const fits = (held: string, wanted: string): boolean => held === '*' || held === wanted;
  if (!fits(grant.verb, request.verb) || (grant.path === undefined) !== (request.path === undefined)) return false;
  if (grant.path !== undefined) {
    const prefix = grant.path.endsWith('*') ? grant.path.slice(0, -1) : undefined;
    return prefix === undefined ? grant.path === request.path : (request.path ?? '').startsWith(prefix);
  }
  return (
    fits(grant.group, request.group) &&
    fits(grant.resource, request.resource) &&
    (grant.namespace === undefined || grant.namespace === request.namespace) &&
    (grant.name === undefined || grant.name === request.name)
  );
}

/** A request for a Namespace is one within it, but a Role within it can be there only after it: it is granted by name. */
function formatGrant(request: NeededAccess, headroom: boolean): AccessRequest {
  const { namespace, name, ...rest } = pick(request);
  if (namespace === undefined) return pick(request);
  if (rest.group === '' && rest.resource === 'namespaces' && name !== undefined) return { ...rest, name };
  return { ...rest, namespace, ...(name === undefined || (headroom && request.why !== 'escalation') ? {} : { name }) };
}

/** One order of members, so that equal accesses are equal texts. */
function pick({ verb, group, resource, namespace, name, path }: AccessRequest): AccessRequest {
  return {
    verb,
    group,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(path === undefined ? {} : { path }),
  };
}
