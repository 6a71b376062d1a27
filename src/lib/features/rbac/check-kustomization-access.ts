import { FluxError } from '../../core/errors.ts';
import type { ObjectRef } from '../../core/objects.ts';
import { countDenied, listDenials } from '../../engine/rbac/index.ts';
import {
  createSourceContents,
  explainDenial,
  findDenials,
  listNeeded,
  planRun,
  type PlanOptions,
  type ReconcilePorts,
  shortName,
} from '../reconcile/index.ts';

/** What one object lacks in one place. */
export interface AccessDenial {
  readonly verbs: readonly string[];
  /** `clusterroles.rbac.authorization.k8s.io`, or a path. */
  readonly resource: string;
  /** Absent for what is cluster-scoped. */
  readonly namespace?: string;
  /** The object that needs it. */
  readonly subject: ObjectRef;
  /** What it is needed for. */
  readonly why: readonly string[];
}

/** Whether a Kustomization may do what it would do now. */
export interface AccessCheck {
  readonly namespace: string;
  readonly name: string;
  readonly revision: string;
  /** Who would act; absent where the caller would as itself. */
  readonly user?: string;
  /** How many objects would be applied. */
  readonly objects: number;
  /** How many objects would be pruned. */
  readonly stale: number;
  /** How many accesses are needed. */
  readonly needed: number;
  /** How many questions the API server answered. */
  readonly asked: number;
  readonly isAllowed: boolean;
  readonly denied: readonly AccessDenial[];
  /** What to do about it. */
  readonly hint?: string;
}

/**
 * Asks the API server for every access that applying, pruning and waiting for health would need now, under the account that
 * would act.
 *
 * Effects: reads Git and the cluster; access reviews, which store nothing
 *
 * @throws {FluxError} those of finding, fetching and building the source. What is denied is a result
 */
export async function checkKustomizationAccess(
  ref: ObjectRef,
  ports: ReconcilePorts,
  options: Omit<PlanOptions, 'contents'> = {},
): Promise<AccessCheck> {
  const run = await planRun(ref, ports, { ...options, contents: createSourceContents(ports) });
  const { kustomization, intent, own, acting, revision } = run;
  const needed = await listNeeded(kustomization, intent, own, { health: true });
  const report = await findDenials(needed, intent, own, acting);
  const isAllowed = report.denied.length === 0;
  return {
    namespace: kustomization.namespace,
    name: kustomization.name,
    revision,
    ...(acting.user === undefined ? {} : { user: acting.user }),
    objects: intent.objects.length,
    stale: intent.staleRefs.length,
    needed: report.needed,
    asked: report.asked,
    isAllowed,
    denied: listDenials(report.denied),
    ...(isAllowed ? {} : { hint: await explainDenial(kustomization, report, own, acting) }),
  };
}

/**
 * Makes the error of a check that found denials.
 *
 * Effects: none
 */
export function failureOfCheck(check: AccessCheck): FluxError | undefined {
  if (check.isAllowed) return undefined;
  const { denied, hint } = check;
  return new FluxError('rbac/denied', countDenied(denied, { ...check, user: shortName(check.user) }), {
    ...(hint === undefined ? {} : { hint }),
    details: { denied },
  });
}
