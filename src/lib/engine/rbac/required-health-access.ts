import { groupOf, type ObjectRef } from '../../core/objects.ts';
import type { NeededAccess, ScopeLookup } from './types.ts';

/** What Flux lists in the namespace of a workload to tell why it is not ready. */
const LISTED: Readonly<Record<string, readonly (readonly [group: string, resource: string])[]>> = {
  Deployment: [
    ['apps', 'replicasets'],
    ['', 'pods'],
  ],
  StatefulSet: [['', 'pods']],
  ReplicaSet: [['', 'pods']],
};

/**
 * Lists every access that waiting for the objects needs.
 *
 * Effects: none
 * Source: fluxcd/cli-utils pkg/kstatus/polling/statusreaders
 * Differs: where a list is refused, a run from here goes by the workload's own status; kustomize-controller fails, and it is
 * for that one that the lists are asked for
 */
export function requiredHealthAccess(refs: readonly ObjectRef[], scopeOf: ScopeLookup): NeededAccess[] {
  return refs.flatMap((ref): NeededAccess[] => {
    const scope = scopeOf(ref);
    if (scope === undefined) return [];
    const place = ref.namespace === undefined ? {} : { namespace: ref.namespace };
    const common = { ...place, subject: ref, why: 'health' } as const;
    const listed = groupOf(ref) === 'apps' ? (LISTED[ref.kind] ?? []) : [];
    return [
      { ...common, verb: 'get', group: groupOf(ref), resource: scope.plural, name: ref.name },
      ...listed.map(([group, resource]) => ({ ...common, verb: 'list', group, resource })),
    ];
  });
}
