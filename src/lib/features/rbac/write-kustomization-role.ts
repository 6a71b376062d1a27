import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { checkAccess, listGrants, type NeededAccess, selfReviewer } from '../../engine/rbac/index.ts';
import {
  createSourceContents,
  listNeeded,
  planRun,
  type PlanOptions,
  type ReconcilePorts,
  suggestRoles,
} from '../reconcile/index.ts';

/** Which role. */
export interface RoleRequest extends Omit<PlanOptions, 'contents'> {
  /** Only what the account has not got yet. Default: false. */
  readonly missingOnly?: boolean;
  /** Leaves room for objects that are not there yet. Default: false. */
  readonly headroom?: boolean;
}

/**
 * Writes the smallest roles with which a Kustomization can apply what it renders now, change it, wait for it, and prune it
 * some day, bound to the account that acts for it.
 *
 * Effects: reads Git and the cluster; with `missingOnly` access reviews, which store nothing
 *
 * @returns none where nothing is missing
 * @throws {FluxError} those of finding, fetching and building the source
 */
export async function writeKustomizationRole(
  ref: ObjectRef,
  ports: ReconcilePorts,
  { missingOnly = false, headroom = false, ...options }: RoleRequest = {},
): Promise<K8sObject[]> {
  const { kustomization, intent, own, acting } = await planRun(ref, ports, {
    ...options,
    contents: createSourceContents(ports),
  });
  if (acting.user === undefined) {
    ports.progress.warning('spec.serviceAccountName names no account: the roles come without bindings');
  }
  const needed = await listNeeded(kustomization, intent, own, { health: true, wholeLife: true });
  if (!missingOnly) {
    warnOfWildcards(needed, ports.progress);
    return await suggestRoles(needed, kustomization, own, acting, { headroom });
  }
  const reviewer = selfReviewer(acting.kube);
  // A binding to a role that nobody could read is not known to be granted, so here it is missing.
  const certain = needed.map(({ orElse, ...request }) =>
    orElse === undefined || orElse === 'unknown' ? request : { ...request, orElse },
  );
  const { denied } = await checkAccess(certain, reviewer);
  warnOfWildcards(
    denied.map(({ request }) => request),
    ports.progress,
  );
  // What a role in the set grants is partly held, as a rule.
  const wanted = listGrants(
    denied.map(({ request }) => request),
    { headroom },
  );
  const { denied: missing } = await checkAccess(
    wanted.map((grant): NeededAccess => ({ ...grant, subject: ref, why: 'escalation' })),
    reviewer,
  );
  if (missing.length === 0) return [];
  return await suggestRoles(
    missing.map(({ request }) => request),
    kustomization,
    own,
    acting,
    { isPartial: true },
  );
}

/** Warns of roles that hand out `*`: whoever may write or bind one has it himself, and that must not be granted unread. */
export function warnOfWildcards(needed: readonly NeededAccess[], progress: Progress): void {
  for (const { subject, why, orElse } of needed) {
    if (why !== 'escalation' || !Array.isArray(orElse)) continue;
    if (!orElse.some(({ verb, resource, path }) => [verb, resource, path].includes('*'))) continue;
    progress.warning(`${formatSubject(subject)} hands out rights with "*": who may apply it holds them as well; read it first`);
  }
}
