import type { AccessRequest, PolicyRule } from './types.ts';

/**
 * Spells rules out as single accesses, each of which must be held by whoever grants the rules to somebody.
 *
 * Effects: none
 * Source: Kubernetes documentation, "Privilege escalation prevention and bootstrapping"
 *
 * @param namespace where the rules will hold; absent means everywhere
 */
export function listRuleAccess(rules: readonly PolicyRule[], namespace?: string): AccessRequest[] {
  const requests: AccessRequest[] = [];
  for (const rule of rules) {
    for (const verb of rule.verbs) {
      for (const path of rule.nonResourceURLs ?? []) requests.push({ verb, group: '', resource: '', path });
      for (const group of rule.apiGroups ?? []) {
        for (const resource of rule.resources ?? []) {
          for (const name of names(rule)) {
            requests.push({
              verb,
              group,
              resource,
              ...(namespace === undefined ? {} : { namespace }),
              ...(name === undefined ? {} : { name }),
            });
          }
        }
      }
    }
  }
  return requests;
}

/** All that there is; who writes an aggregating role must hold it, since any rule may flow into that. */
export const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

function names(rule: PolicyRule): readonly (string | undefined)[] {
  return rule.resourceNames === undefined || rule.resourceNames.length === 0 ? [undefined] : rule.resourceNames;
}
