import { formatAccount, parseAccount } from '../../core/account-name.ts';
import { FluxError } from '../../core/errors.ts';
import { FIELD_MANAGER, FLUX_NAMESPACE } from '../../core/flux.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { type AccessReviewer, countDenied, listDenials, selfReviewer, serviceAccountReviewer } from '../../engine/rbac/index.ts';
import {
  type ActingIdentity,
  createSourceContents,
  explainDenial,
  findDenials,
  listNeeded,
  type PlannedRun,
  planRun,
  type PlanOptions,
  type ReconcilePorts,
  shortName,
  suggestRoles,
} from '../reconcile/index.ts';

/** The account that acts where a Kustomization names none. */
const CONTROLLER = FIELD_MANAGER.kustomize;

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
  /** Roles and bindings that would grant what is denied, ready to commit. */
  readonly missingRoles: readonly K8sObject[];
}

/** How to check. */
export interface AccessCheckOptions extends Omit<PlanOptions, 'contents'> {
  /**
   * Asks about the account that acts in the cluster as things are, by SubjectAccessReview: nobody is impersonated, and where
   * no account is named it is the controller's own. Default: false, which asks under the identity that a run from here has.
   */
  readonly asIs?: boolean;
  /** Where kustomize-controller runs. Default: flux-system. */
  readonly fluxNamespace?: string;
}

/**
 * Asks the API server for every access that applying, pruning and waiting for health would need now, under the account that
 * would act. All denials come at once, with the roles that would grant them.
 *
 * Effects: reads Git and the cluster; access reviews, which store nothing
 *
 * @throws {FluxError} those of finding, fetching and building the source. What is denied is a result
 */
export async function checkKustomizationAccess(
  ref: ObjectRef,
  ports: ReconcilePorts,
  { asIs = false, fluxNamespace = FLUX_NAMESPACE, ...options }: AccessCheckOptions = {},
): Promise<AccessCheck> {
  const run = await planRun(ref, ports, { ...options, contents: createSourceContents(ports) });
  const { kustomization, intent, own, revision } = run;
  const acting = asIs ? asInCluster(run, fluxNamespace) : run.acting;
  const needed = await listNeeded(kustomization, intent, own, { health: true });
  const report = await findDenials(needed, intent, own, acting, asIs ? reviewerOf(acting) : undefined);
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
    missingRoles: isAllowed
      ? []
      : await suggestRoles(
          report.denied.map(({ request }) => request),
          kustomization,
          own,
          acting,
          { isPartial: true },
        ),
  };
}

/** The identity of the controller where it impersonates nobody. Another cluster knows whoever its kubeconfig logs in. */
function asInCluster({ acting }: PlannedRun, fluxNamespace: string): ActingIdentity {
  if (acting.user !== undefined || acting.server !== undefined) return acting;
  return { ...acting, user: formatAccount({ namespace: fluxNamespace, name: CONTROLLER }) };
}

function reviewerOf({ user, viewer }: ActingIdentity): AccessReviewer {
  const account = parseAccount(user);
  return account === undefined ? selfReviewer(viewer.kube) : serviceAccountReviewer(viewer.kube, account);
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
