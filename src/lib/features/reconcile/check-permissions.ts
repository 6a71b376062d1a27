import { parseAccount } from '../../core/account-name.ts';
import { isFluxError } from '../../core/errors.ts';
import { equalJson } from '../../core/json.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import {
  type AccessReport,
  type AccessReviewer,
  checkAccess,
  type DeniedAccess,
  denialError,
  listBoundRoles,
  type NeededAccess,
  type PolicyRule,
  requiredAccess,
  requiredHealthAccess,
  type ResourceScope,
  rulesOfRole,
  scopesWithDefinitions,
  selfReviewer,
} from '../../engine/rbac/index.ts';
import { isForced, isSkippedByItself, mayDelete, type OwnerLabels } from '../../engine/ssa/index.ts';
import { listByName } from './list-by-name.ts';
import type { ActingIdentity, ClusterView, OwnIdentity } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import { suggestRoles } from './suggest-roles.ts';

const READS_AT_ONCE = 8;
const RBAC_GROUP = 'rbac.authorization.k8s.io';

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
  reviewer: AccessReviewer = selfReviewer(acting.kube),
): Promise<AccessReport> {
  const report = await findDenials(await listNeeded(kustomization, intent, own), intent, own, acting, reviewer);
  if (report.denied.length === 0) return report;
  const { namespace, name } = kustomization;
  const hint = await explainDenial(kustomization, report, own, acting);
  throw denialError(report, {
    user: shortName(acting.user),
    objects: intent.objects.length,
    stale: intent.staleRefs.length,
    hint: `${hint}\nor see who may: flux-ts rbac check kustomization ${name} -n ${namespace}`,
    missingRoles: await suggestRoles(
      report.denied.map(({ request }) => request),
      kustomization,
      own,
      acting,
      { isPartial: true },
    ),
  });
}

/** What to ask for beyond what the next apply and prune need. */
export interface Foresight {
  /** Adds what waiting for health needs. Default: false. */
  readonly health?: boolean;
  /**
   * Takes the whole life of the objects: all may have to be made anew, and pruned one day. Default: false.
   */
  readonly wholeLife?: boolean;
}

/**
 * Lists every access that a run needs.
 *
 * Effects: reads kinds and bound roles as the caller
 */
export async function listNeeded(
  kustomization: Kustomization,
  intent: Intent,
  own: ClusterView,
  { health = false, wholeLife = false }: Foresight = {},
): Promise<NeededAccess[]> {
  const objects = intent.objects.filter((object) => !isSkippedByItself(object));
  const checked = health ? (kustomization.wait ? objects.map(refOf) : kustomization.healthChecks) : [];
  const served = await readScopes([...objects, ...intent.staleRefs, ...checked], own);
  const scopeOf = scopesWithDefinitions(objects, (kind) => served.get(keyOf(kind)));
  const rulesByRole = await readRules(listBoundRoles(objects), own);
  const storedRoles = wholeLife ? new Set<string>() : await findStored(objects.filter(isRole), own);
  const needed = requiredAccess(objects, {
    scopeOf,
    isThere: (role) => storedRoles.has(formatSubject(role)),
    staleRefs: intent.staleRefs,
    isForced: (object) => kustomization.force || isForced(object),
    isPrunable: (object) => wholeLife && kustomization.prune && mayDelete(object),
    rulesOf: (role) => rulesByRole.get(formatSubject(role)),
  });
  return [...needed, ...requiredHealthAccess(checked, scopeOf)];
}

/**
 * Asks the API server for every access, and leaves out what only seems to be missing.
 *
 * Effects: access reviews; reads as the caller
 *
 * @param reviewer default: asks as the acting identity
 */
export async function findDenials(
  needed: readonly NeededAccess[],
  intent: Intent,
  own: OwnIdentity,
  acting: ActingIdentity,
  reviewer: AccessReviewer = selfReviewer(acting.kube),
): Promise<AccessReport> {
  const report = await checkAccess(needed, reviewer);
  return { ...report, denied: await dropNeedless(report.denied, intent, own) };
}

/**
 * Takes out what only seems to be missing: the right to create what is there, to delete what is gone or not ours, to grant
 * what is granted already. The API server would not ask for those either.
 */
async function dropNeedless(denied: readonly DeniedAccess[], intent: Intent, own: OwnIdentity): Promise<readonly DeniedAccess[]> {
  const wanted = new Map(intent.objects.map((object) => [formatSubject(refOf(object)), object]));
  const isCertain = ({ request: { why, verb } }: DeniedAccess): boolean =>
    why === 'health' || (why === 'apply' && verb !== 'create');
  const readLive = await listCrowded(
    denied.filter((each) => !isCertain(each)).map(({ request }) => request.subject),
    own,
  );
  const isNeeded = await mapBounded(denied, READS_AT_ONCE, async (each) => {
    const { why, subject } = each.request;
    if (isCertain(each)) return true;
    const live = await readLive(subject);
    if (live === 'unreadable') return true;
    if (why === 'prune') return live !== undefined && mayDelete(live, intent.owner);
    if (live === undefined) return why !== 'force';
    if (why === 'apply') return false;
    if (why === 'force') return true;
    return !isSameGrant(live, wanted.get(formatSubject(subject)));
  });
  return denied.filter((_denial, index) => isNeeded[index]);
}

/** From so many objects of one kind in one namespace on, one list is less work than reading each. */
const MANY_OBJECTS = 32;

/**
 * Gives a reader that has listed the metadata of what there is much of. Of roles and bindings the rest counts as well.
 *
 * Effects: reads the cluster as the caller
 */
async function listCrowded(
  refs: readonly ObjectRef[],
  own: OwnIdentity,
): Promise<(ref: ObjectRef) => ReturnType<typeof readQuietly>> {
  const places = new Map<string, Map<string, ObjectRef>>();
  for (const ref of refs) {
    const { apiVersion, kind, namespace = '' } = ref;
    if (apiVersion.startsWith(`${RBAC_GROUP}/`)) continue;
    const key = JSON.stringify([apiVersion, kind, namespace]);
    places.set(key, (places.get(key) ?? new Map<string, ObjectRef>()).set(ref.name, ref));
  }
  const listed = new Map<string, ReadonlyMap<string, K8sObject>>();
  const crowded = [...places].filter(([, names]) => names.size >= MANY_OBJECTS);
  await mapBounded(crowded, READS_AT_ONCE, async ([key, names]) => {
    const [first] = names.values();
    if (first === undefined) return;
    const place = first.namespace === undefined ? {} : { namespace: first.namespace };
    const items = await listByName(first, own.kube, { ...place, metadataOnly: true });
    if (items !== undefined) listed.set(key, items);
  });
  return async (ref) => {
    const items = listed.get(JSON.stringify([ref.apiVersion, ref.kind, ref.namespace ?? '']));
    return items === undefined ? await readQuietly(ref, own) : items.get(ref.name);
  };
}

/** An update that leaves rules, role and subjects as they are is no escalation. */
function isSameGrant(live: K8sObject, wanted: K8sObject | undefined): boolean {
  if (wanted === undefined) return false;
  return ['rules', 'aggregationRule', 'roleRef', 'subjects'].every((field) => equalJson(live[field], wanted[field]));
}

/**
 * Says what to do about a refusal; the first of all is an account that does not exist.
 *
 * Effects: reads the account as the caller
 */
export async function explainDenial(
  kustomization: Kustomization,
  report: AccessReport,
  own: OwnIdentity,
  acting: ActingIdentity,
): Promise<string> {
  const { namespace, name } = kustomization;
  const grant = `grant them:   flux-ts rbac role kustomization ${name} -n ${namespace} --missing`;
  const acted = parseAccount(acting.user);
  if (acted === undefined) return `${grant}; or act as another account: spec.serviceAccountName`;
  const { namespace: place, name: account } = acted;
  const found = await readQuietly({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: place, name: account }, own);
  if (found === undefined) {
    return `ServiceAccount ${place}/${account} does not exist: create it with flux-ts create tenant ${account} --with-namespace=${place}`;
  }
  if (report.denied.length >= report.needed) {
    return `ServiceAccount ${place}/${account} has no rights at all, is it bound to a role?\n${grant}`;
  }
  return grant;
}

/** Names who acts: `dev-team` of `system:serviceaccount:apps:dev-team`. */
export function shortName(user: string | undefined): string {
  return parseAccount(user)?.name ?? user ?? 'the caller';
}

/** Looks each kind up once, as the caller: discovery is the same for everyone. */
async function readScopes(kinds: readonly KindRef[], own: ClusterView): Promise<ReadonlyMap<string, ResourceScope>> {
  const unique = new Map(kinds.map((kind) => [keyOf(kind), kind]));
  const scopes = new Map<string, ResourceScope>();
  await mapBounded([...unique], READS_AT_ONCE, async ([key, kind]) => {
    const resource = await own.kube.resourceOf({ apiVersion: kind.apiVersion, kind: kind.kind });
    if (resource !== undefined) scopes.set(key, resource);
  });
  return scopes;
}

async function readRules(roles: readonly ObjectRef[], own: ClusterView): Promise<ReadonlyMap<string, readonly PolicyRule[]>> {
  const rules = new Map<string, readonly PolicyRule[]>();
  await mapBounded(roles, READS_AT_ONCE, async (ref) => {
    const role = await readQuietly(ref, own);
    if (role !== undefined && role !== 'unreadable') rules.set(formatSubject(ref), rulesOfRole(role));
  });
  return rules;
}

async function findStored(objects: readonly K8sObject[], own: ClusterView): Promise<ReadonlySet<string>> {
  const live = await mapBounded(objects, READS_AT_ONCE, (object) => readQuietly(refOf(object), own));
  return new Set(objects.filter((_object, index) => live[index] !== undefined).map((object) => formatSubject(refOf(object))));
}

function isRole({ apiVersion, kind }: K8sObject): boolean {
  return apiVersion.startsWith(`${RBAC_GROUP}/`) && kind.endsWith('Role');
}

/** Reads what is good to know but nobody promised that it may be read. */
async function readQuietly(ref: ObjectRef, own: ClusterView): Promise<K8sObject | undefined | 'unreadable'> {
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
