import { KINDS } from '../../core/kinds.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { PolicyRule } from '../../engine/rbac/index.ts';
import type { ControllerNeed, ControllerProfile } from './controller-needs.ts';
import { allows, allowsAll } from './grants.ts';

/** One verb on one resource. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** What rights are too much, and why. */
export interface Excess {
  /** The controller's code never makes these calls. */
  readonly neverCalled: readonly Access[];
  /** What it applies for users: no right of its own where it acts as their accounts. */
  readonly appliedForUsers: readonly Access[];
  /** Called only under a setting, by what the setting is. */
  readonly conditional: ReadonlyMap<string, readonly Access[]>;
}

const APPLY_VERBS: readonly string[] = ['get', 'create', 'patch', 'delete'];
/** What is listed to tell why a workload is not healthy. */
const HEALTH_LISTS: readonly string[] = ['/pods', 'apps/replicasets'];

/**
 * Tells what of some rules a controller does not need.
 *
 * Effects: none
 */
export function findExcess(rules: readonly PolicyRule[], profile: ControllerProfile): Excess {
  const neverCalled: Access[] = [];
  const appliedForUsers: Access[] = [];
  const conditional = new Map<string, Access[]>();
  for (const access of listAccesses(rules)) {
    const fitting = profile.needs.filter((need) => needs(need, access));
    if (fitting.some(({ when }) => when === undefined)) continue;
    const [first] = fitting;
    if (first?.when !== undefined) conditional.set(first.when, [...(conditional.get(first.when) ?? []), access]);
    else if (profile.applies && isApplied(access, profile)) appliedForUsers.push(access);
    else neverCalled.push(access);
  }
  return { neverCalled, appliedForUsers, conditional };
}

/**
 * Tells what a controller always calls and the rules do not grant.
 *
 * Effects: none
 */
export function findMissing(rules: readonly PolicyRule[], profile: ControllerProfile): Access[] {
  return profile.needs.flatMap(({ group, resources, verbs, when }) => {
    if (when !== undefined) return [];
    return resources.flatMap((resource) =>
      verbs
        .filter((verb) => {
          const isNamed = resource === 'leases';
          return !rules.some((rule) => (isNamed ? allows : allowsAll)(rule, verb, group, resource));
        })
        .map((verb) => ({ verb, group, resource })),
    );
  });
}

/**
 * Words accesses, those with the same verbs together: `get, list: pods, secrets`.
 *
 * Effects: none
 */
export function formatAccesses(accesses: readonly Access[]): string[] {
  const byResource = new Map<string, Set<string>>();
  for (const { verb, group, resource } of accesses) {
    const name = group === '' ? resource : `${resource}.${group}`;
    byResource.set(name, (byResource.get(name) ?? new Set()).add(verb));
  }
  const byVerbs = new Map<string, string[]>();
  for (const [name, verbs] of byResource) {
    const key = [...verbs].join(', ');
    byVerbs.set(key, [...(byVerbs.get(key) ?? []), name]);
  }
  return [...byVerbs].map(([verbs, names]) => `${verbs}: ${names.join(', ')}`);
}

/**
 * Writes the smallest ClusterRole of a controller, with what it always calls.
 *
 * Effects: none
 */
export function formatMinimum(controller: string, { needs }: ControllerProfile): K8sObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `flux-${controller}-minimum` },
    rules: needs
      .filter(({ when }) => when === undefined)
      .map(({ group, resources, verbs }) => ({ apiGroups: [group], resources: [...resources], verbs: [...verbs] })),
  };
}

const ALL_VERBS: readonly string[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Spells rules out. What `*` means in the groups of Flux is known; elsewhere it stays what it is. */
function listAccesses(rules: readonly PolicyRule[]): Access[] {
  const found = new Map<string, Access>();
  for (const { apiGroups = [], resources = [], verbs } of rules) {
    for (const group of apiGroups) {
      for (const resource of resources.flatMap((each) => (each === '*' ? resourcesOf(group) : [each]))) {
        for (const verb of verbs.flatMap((each) => (each === '*' ? ALL_VERBS : [each]))) {
          found.set(`${verb} ${group} ${resource}`, { verb, group, resource });
        }
      }
    }
  }
  return [...found.values()];
}

function resourcesOf(group: string): readonly string[] {
  const plurals = KINDS.filter((kind) => kind.group === group).map(({ plural }) => plural);
  return plurals.length === 0 ? ['*'] : plurals.flatMap((plural) => [plural, `${plural}/status`]);
}

function needs(need: ControllerNeed, { verb, group, resource }: Access): boolean {
  const fits = (list: readonly string[], wanted: string): boolean => list.includes(wanted) || list.includes('*');
  return need.group === group && fits(need.resources, resource) && need.verbs.includes(verb);
}

/** Flux's own kinds are among what is applied, too, but nothing there says that anybody does. */
function isApplied({ verb, group, resource }: Access, profile: ControllerProfile): boolean {
  if (profile.needs.some((need) => need.group !== '' && need.group === group)) return false;
  return APPLY_VERBS.includes(verb) || (verb === 'list' && HEALTH_LISTS.includes(`${group}/${resource}`));
}
