import { isFluxError } from '../../core/errors.ts';
import { equalJson } from '../../core/json.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import {
  type AccessReport,
  checkAccess,
  type DeniedAccess,
  denialError,
  listBoundRoles,
  type PolicyRule,
  requiredAccess,
  type ResourceScope,
  rulesOfRole,
  scopesWithDefinitions,
  selfReviewer,
} from '../../engine/rbac/index.ts';
import { isForced, isSkippedByItself, mayDelete, type OwnerLabels } from '../../engine/ssa/index.ts';
import type { ActingIdentity, OwnIdentity } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

const READS_AT_ONCE = 8;

/** What is about to be done. */
export interface Intent {
  readonly objects: readonly K8sObject[];
  readonly staleRefs: readonly ObjectRef[];
  readonly owner: OwnerLabels;
}

/**
 * Asks the API server whether the acting identity may do all that is about to be done, before anything is written.
 *
 * Effects: access reviews as the acting identity; reads as the caller
 *
 * @returns how much was asked; never a report with denials
 * @throws {FluxError} rbac/denied: with all denials in `details.denied`
 */
export async function checkPermissions(
  kustomization: Kustomization,
  intent: Intent,
  own: OwnIdentity,
  acting: ActingIdentity,
): Promise<AccessReport> {
  const objects = intent.objects.filter((object) => !isSkippedByItself(object));
  const served = await readScopes([...objects, ...intent.staleRefs], own);
  const rulesByRole = await readRules(listBoundRoles(objects), own);
  const needed = requiredAccess(objects, {
    scopeOf: scopesWithDefinitions(objects, (kind) => served.get(keyOf(kind))),
    staleRefs: intent.staleRefs,
    isForced: (object) => kustomization.force || isForced(object),
    rulesOf: (role) => rulesByRole.get(formatSubject(role)),
  });
  const report = await checkAccess(needed, selfReviewer(acting.kube));
  const denied = await dropNeedless(report.denied, intent, own);
  const result = { ...report, denied };
  if (denied.length === 0) return result;
  const hint = await explainDenial(kustomization, result, own, acting);
  throw denialError(result, shortName(acting.user), intent.objects.length + intent.staleRefs.length, hint);
}

/**
 * Takes out what only seems to be missing: the right to create what is there, to delete what is gone or not ours, to grant
 * what is granted already. The API server would not ask for those either.
 */
async function dropNeedless(denied: readonly DeniedAccess[], intent: Intent, own: OwnIdentity): Promise<readonly DeniedAccess[]> {
  const wanted = new Map(intent.objects.map((object) => [formatSubject(refOf(object)), object]));
  const isNeeded = await mapBounded(denied, READS_AT_ONCE, async ({ request }) => {
    const { why, verb, subject } = request;
    if (why === 'apply' && verb !== 'create') return true;
    const live = await readQuietly(subject, own);
    if (live === 'unreadable') return true;
    if (why === 'prune') return live !== undefined && mayDelete(live, intent.owner);
    if (live === undefined) return why !== 'force';
    if (why === 'apply') return false;
    if (why === 'force') return true;
    return !isSameGrant(live, wanted.get(formatSubject(subject)));
  });
  return denied.filter((_denial, index) => isNeeded[index]);
}

/** An update that leaves rules, role and subjects as they are is no escalation. */
function isSameGrant(live: K8sObject, wanted: K8sObject | undefined): boolean {
  if (wanted === undefined) return false;
  return ['rules', 'aggregationRule', 'roleRef', 'subjects'].every((field) => equalJson(live[field], wanted[field]));
}

async function explainDenial(
  kustomization: Kustomization,
  report: AccessReport,
  own: OwnIdentity,
  acting: ActingIdentity,
): Promise<string> {
  const { namespace, name } = kustomization;
  const grant = `grant them: flux-ts rbac role kustomization ${name} -n ${namespace} --missing`;
  if (acting.user === undefined) return `${grant}; or act as another account: spec.serviceAccountName`;
  const account = shortName(acting.user);
  const found = await readQuietly({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: account }, own);
  if (found === undefined) {
    return `ServiceAccount ${namespace}/${account} does not exist: create it with flux-ts create tenant ${account} --with-namespace=${namespace}`;
  }
  if (report.denied.length >= report.needed) {
    return `ServiceAccount ${namespace}/${account} has no rights at all, is it bound to a role? ${grant}`;
  }
  return grant;
}

/** `dev-team` of `system:serviceaccount:apps:dev-team`. */
function shortName(user: string | undefined): string {
  return user === undefined ? 'the caller' : (user.split(':').at(-1) ?? user);
}

/** Looks each kind up once, as the caller: discovery is the same for everyone. */
async function readScopes(kinds: readonly KindRef[], own: OwnIdentity): Promise<ReadonlyMap<string, ResourceScope>> {
  const unique = new Map(kinds.map((kind) => [keyOf(kind), kind]));
  const scopes = new Map<string, ResourceScope>();
  await mapBounded([...unique], READS_AT_ONCE, async ([key, kind]) => {
    const resource = await own.kube.resourceOf({ apiVersion: kind.apiVersion, kind: kind.kind });
    if (resource !== undefined) scopes.set(key, resource);
  });
  return scopes;
}

async function readRules(roles: readonly ObjectRef[], own: OwnIdentity): Promise<ReadonlyMap<string, readonly PolicyRule[]>> {
  const rules = new Map<string, readonly PolicyRule[]>();
  await mapBounded(roles, READS_AT_ONCE, async (ref) => {
    const role = await readQuietly(ref, own);
    if (role !== undefined && role !== 'unreadable') rules.set(formatSubject(ref), rulesOfRole(role));
  });
  return rules;
}

/** Reads what is good to know but nobody promised that it may be read. */
async function readQuietly(ref: ObjectRef, own: OwnIdentity): Promise<K8sObject | undefined | 'unreadable'> {
  try {
    return await own.kube.get(ref);
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind')) return undefined;
    if (isFluxError(error, 'kube/forbidden')) return 'unreadable';
    throw error;
  }
}

function keyOf(kind: KindRef): string {
  return `${kind.apiVersion}/${kind.kind}`;
}
