import { formatDuration } from '../../core/duration.ts';
import { FluxError, messageOf } from '../../core/errors.ts';
import { CONDITION, FIELD_MANAGER, REASON } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { checkReport, waitFor } from '../../engine/health/index.ts';
import { fromChangeSet, fromRefs, type Inventory, mergeRefs, staleRefs, unionInventories } from '../../engine/inventory/index.ts';
import { suggestRole } from '../../engine/rbac/index.ts';
import {
  applyStaged,
  type Change,
  type ChangeSet,
  changesOf,
  deleteObjects,
  formatChangeSet,
  ownerLabelsOf,
  prepareObjects,
  sortObjects,
} from '../../engine/ssa/index.ts';
import { buildManifests, checkPath } from './build-manifests.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkPermissions } from './check-permissions.ts';
import { customStatusOf } from './custom-status.ts';
import type { ActingIdentity, OwnIdentity, ReconcilePorts } from './ports.ts';
import { type Kustomization, readKustomization } from './read-kustomization.ts';
import { artifactOf, handledAt, readObject } from './reconcile-git-repository.ts';
import { beginRun, type RunState } from './run-state.ts';
import { createStageRunner } from './run-stage.ts';
import type { SourceContents } from './source-contents.ts';
import { clusterStatusStore, type StatusStore } from './status-store.ts';
import { type ChangeCounts, formatReportedError, type KustomizationReport, type ReportedChange } from './types.ts';

/** How to reconcile one Kustomization. */
export interface KustomizationOptions {
  /** Where fetched files are kept; shared by all runs of one command. */
  readonly contents: SourceContents;
  /** Who acts where the spec names nobody; absent means the caller. */
  readonly defaultServiceAccount?: string;
  /** Refuses sources in other namespaces. Default: false. */
  readonly noCrossNamespaceRefs?: boolean;
  /** Refuses variables that nobody set. Default: true, as the controller since v1.9. */
  readonly strictSubstitution?: boolean;
  /** Goes on without asking whether everything is allowed. Default: false. */
  readonly skipPreflight?: boolean;
  /** Where the status goes; absent means the object itself, which must be in the cluster. */
  readonly store?: StatusStore;
  /** Reads a Flux object that this one refers to. Default: from the cluster. */
  readonly find?: (ref: ObjectRef) => Promise<K8sObject | undefined>;
}

/**
 * Reconciles a Kustomization from here, in seven stages, and leaves what kustomize-controller would leave: the objects, the
 * inventory, conditions, history and events.
 *
 * The caller reads the source, the variables and the keys; what touches the cluster on behalf of the Kustomization is the
 * account that it names.
 *
 * Effects: reads Git, reads and writes the cluster
 * Source: kustomize-controller internal/controller/kustomization_controller.go
 * Differs: asks for all rights before it writes anything; stores the union of old and new inventory before the first write
 *
 * @throws {FluxError} reconcile/not-found, reconcile/invalid-object; errors of the API server about the object itself. A
 * Kustomization that cannot be applied is a result
 */
export async function reconcileKustomization(
  ref: ObjectRef,
  ports: ReconcilePorts,
  options: KustomizationOptions,
): Promise<KustomizationReport> {
  const { world, progress, kube } = ports;
  const began = world.now();
  const store = options.store ?? clusterStatusStore(await readObject(ref, ports), kube, FIELD_MANAGER.kustomizeStatus);
  await store.addFinalizer();
  const kustomization = readKustomization(store.current());
  const find = options.find ?? ((wanted: ObjectRef) => kube.get(wanted));
  const own: OwnIdentity = { identity: 'own', kube };
  const acting = actAs(kustomization, options, own);
  const changes: ReportedChange[] = [];
  const { run, times, failure } = createStageRunner(world.now);
  let revision: string | undefined;
  const report = (rest: Pick<KustomizationReport, 'outcome'> & Partial<KustomizationReport>): KustomizationReport => ({
    kind: 'Kustomization',
    namespace: kustomization.namespace,
    name: kustomization.name,
    ...(revision === undefined ? {} : { revision }),
    ...(acting.user === undefined ? {} : { user: acting.user }),
    changes,
    counts: countChanges(changes),
    stages: times,
    elapsedMs: world.now() - began,
    ...rest,
  });
  if (kustomization.isSuspended) {
    await store.update({ fields: handledAt(store.current()) });
    progress.warning(`${formatSubject(kustomization.ref)} is suspended, nothing was done`);
    return report({ outcome: 'suspended' });
  }

  const state = beginRun(kustomization, store, ports);
  const tell = (action: ReportedChange['action'], change: Change): void => {
    changes.push({ ...change.ref, action });
    if (action !== 'unchanged' && action !== 'skipped' && action !== 'unknown') {
      progress.success(`${formatSubject(change.ref)} ${action}`);
    }
  };
  try {
    const source = await run('resolve', () => resolveSource(kustomization, ports, options, find));
    ({ revision } = source);
    state.note({ revision, ...(source.originRevision === undefined ? {} : { originRevision: source.originRevision }) });
    const budget = `for revision ${revision} with a timeout of ${formatDuration(kustomization.timeoutMs)}`;
    const content = await run('fetch', async () => {
      await state.progress(`Fetching manifests ${budget}`);
      const fetched = await options.contents.fetch(source.object, source.revision);
      checkPath(fetched.files, kustomization);
      state.note({ isAttempted: true });
      return fetched;
    });
    const { objects, before } = await run('build', async () => {
      const strictSubstitution = options.strictSubstitution ?? true;
      const built = await buildManifests(content.files, kustomization, own, ports, { strictSubstitution });
      state.note({ digest: built.digest });
      progress.action(`building ${kustomization.path === '' ? './' : kustomization.path}: ${built.objects.length} objects`);
      return { objects: built.objects, before: readInventory(store.current()) };
    });
    const prepared = await run('preflight', async () => {
      if (acting.user !== undefined) progress.action(`acting as ${acting.user}`);
      const owner = ownerLabelsOf(kustomization);
      const { commonMetadata } = kustomization;
      const ready = await prepareObjects(objects, { owner, ...(commonMetadata === undefined ? {} : { commonMetadata }) });
      const stale = kustomization.prune ? staleRefs(before, fromRefs(ready.map(refOf))) : [];
      if (options.skipPreflight !== true) {
        await checkPermissions(kustomization, { objects: sortObjects(ready), staleRefs: stale, owner }, own, acting);
      }
      return ready;
    });
    const applied = await run('apply', async () => {
      const union = unionInventories(before, fromRefs(prepared.map(refOf)));
      await state.progress(`Detecting drift ${budget}`, { inventory: union });
      return applyManifests(prepared, kustomization, acting, ports, (change) => {
        if (change.action !== 'deleted') tell(change.action, change);
      });
    });
    const inventory = fromChangeSet(applied.entries);
    state.note({ inventory });
    await reportChanges(applied.entries, state);
    await run('prune', () => pruneStale(kustomization, before, inventory, acting, state, ports, tell));
    await run('health', () => checkHealth(kustomization, prepared, applied, acting, ports, state, budget));
  } catch (error) {
    if (ports.signal?.aborted === true) throw ports.signal.reason;
    if (failure() === undefined) throw error;
  }

  const failed = failure();
  await state.finish(failed);
  if (failed === undefined) {
    progress.success(`applied revision ${revision}: ${formatCounts(countChanges(changes))}`);
    return report({ outcome: 'done' });
  }
  const { error } = failed;
  progress.failure(error.message);
  if (error.hint !== undefined) progress.detail(error.hint);
  const isBlocked = error.code === 'reconcile/dependency-not-ready';
  return report({
    outcome: isBlocked ? 'blocked' : 'failed',
    error: formatReportedError(error),
    ...missingRolesOf(error, kustomization, acting),
  });
}

/** A source that has an artifact. */
interface ResolvedSource {
  readonly object: K8sObject;
  readonly revision: string;
  readonly originRevision?: string;
}

/**
 * Finds the source of a Kustomization and checks what it depends on.
 *
 * @throws {FluxError} reconcile/access-denied, reconcile/source-not-found, reconcile/no-artifact, reconcile/unsupported,
 * reconcile/dependency-not-ready
 */
async function resolveSource(
  kustomization: Kustomization,
  ports: ReconcilePorts,
  options: KustomizationOptions,
  find: (ref: ObjectRef) => Promise<K8sObject | undefined>,
): Promise<ResolvedSource> {
  const { kind, namespace, name } = kustomization.source;
  const subject = kustomization.ref;
  if (options.noCrossNamespaceRefs === true && namespace !== kustomization.namespace) {
    throw new FluxError(
      'reconcile/access-denied',
      `can't access '${kind}/${namespace}/${name}', cross-namespace references have been blocked`,
      { subject, terminal: true },
    );
  }
  if (kind !== 'GitRepository') {
    throw new FluxError('reconcile/unsupported', `sources of kind ${kind} cannot be driven yet`, {
      subject,
      hint: 'let the controllers reconcile it (leave --drive off)',
    });
  }
  if (kustomization.hasKubeConfig) {
    throw new FluxError('reconcile/unsupported', 'spec.kubeConfig cannot be driven yet', {
      subject,
      hint: 'run flux-ts drive against that cluster itself, or let kustomize-controller reconcile it',
    });
  }
  const ref = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind, namespace, name };
  const object = await find(ref);
  if (object === undefined) {
    throw new FluxError('reconcile/source-not-found', `gitrepositories.source.toolkit.fluxcd.io "${name}" not found`, {
      subject,
      hint: `there is no ${formatSubject(ref)}; see spec.sourceRef`,
    });
  }
  const artifact = artifactOf(object);
  if (typeof artifact?.['revision'] !== 'string') {
    throw new FluxError('reconcile/no-artifact', 'Source artifact not found, retrying in 30s', {
      subject,
      hint: `reconcile the source as well: --with-source, or see why it failed: flux-ts get source git ${name} -n ${namespace}`,
    });
  }
  const { revision } = artifact;
  const findKustomization = (inNamespace: string, named: string): Promise<K8sObject | undefined> =>
    find({ apiVersion: kustomization.object.apiVersion, kind: 'Kustomization', namespace: inNamespace, name: named });
  await checkDependencies(kustomization, revision, findKustomization, ports.cel);
  customStatusOf(kustomization, ports.cel);
  const metadata = isJsonObject(artifact['metadata']) ? artifact['metadata'] : {};
  const origin = metadata['org.opencontainers.image.revision'];
  return { object, revision, ...(typeof origin === 'string' ? { originRevision: origin } : {}) };
}

/** The account of the spec, else the default one, else the caller. */
function actAs(kustomization: Kustomization, options: KustomizationOptions, own: OwnIdentity): ActingIdentity {
  const account = kustomization.serviceAccountName ?? options.defaultServiceAccount ?? '';
  if (account === '') return { identity: 'acting', kube: own.kube };
  const user = `system:serviceaccount:${kustomization.namespace}:${account}`;
  return { identity: 'acting', kube: own.kube.impersonate(user), user };
}

async function applyManifests(
  objects: readonly K8sObject[],
  kustomization: Kustomization,
  acting: ActingIdentity,
  ports: ReconcilePorts,
  onChange: (change: Change) => void,
): Promise<ChangeSet> {
  const { world, signal } = ports;
  const within = signal === undefined ? {} : { signal };
  return applyStaged(
    objects,
    acting.kube,
    {
      sleep: world.sleep,
      waitReady: async (refs, timeoutMs) => {
        checkReport(await waitFor(refs, acting.kube, { timeoutMs, clock: world, ...within }));
      },
      onChange,
      ...within,
    },
    { fieldManager: FIELD_MANAGER.kustomize, force: kustomization.force },
  );
}

/** Upstream's event lists what was written, and says nothing where nothing was. */
async function reportChanges(entries: readonly Change[], state: RunState): Promise<void> {
  const written = entries.filter(({ action }) => action === 'created' || action === 'configured');
  if (written.length > 0) await state.event('Normal', formatChangeSet(written));
}

/** Deletes what was applied before and is not any more; what cannot be deleted stays in the inventory. */
async function pruneStale(
  kustomization: Kustomization,
  before: Inventory | undefined,
  after: Inventory,
  acting: ActingIdentity,
  state: RunState,
  ports: ReconcilePorts,
  tell: (action: ReportedChange['action'], change: Change) => void,
): Promise<void> {
  const stale = kustomization.prune ? staleRefs(before, after) : [];
  if (stale.length === 0) return;
  try {
    const { entries } = await deleteObjects(stale, acting.kube, {
      owner: ownerLabelsOf(kustomization),
      onChange: (change) => tell(change.action === 'deleted' ? 'pruned' : 'skipped', change),
      ...(ports.signal === undefined ? {} : { signal: ports.signal }),
    });
    await state.event('Normal', formatChangeSet(entries));
  } catch (error) {
    const survivors = changesOf(error).filter(({ action }) => action === 'unknown');
    state.note({
      inventory: mergeRefs(
        after,
        survivors.map(({ ref }) => ref),
      ),
    });
    throw error;
  }
}

/**
 * Waits until what was applied (or `spec.healthChecks` names) is healthy.
 *
 * @throws {FluxError} health/failed, health/timeout
 */
async function checkHealth(
  kustomization: Kustomization,
  objects: readonly K8sObject[],
  applied: ChangeSet,
  acting: ActingIdentity,
  ports: ReconcilePorts,
  state: RunState,
  budget: string,
): Promise<void> {
  const isSelf = (ref: ObjectRef): boolean =>
    ref.kind === 'Kustomization' && ref.name === kustomization.name && ref.namespace === kustomization.namespace;
  const appliedRefs = applied.entries.filter(({ action }) => action !== 'skipped').map(({ ref }) => ref);
  const refs = (kustomization.wait ? appliedRefs : kustomization.healthChecks).filter((ref) => !isSelf(ref));
  if (refs.length === 0) {
    state.note({ healthy: null });
    return;
  }
  const message = `Running health checks ${budget}`;
  const type = CONDITION.healthy;
  await state.progress(message, {}, [{ type, status: 'Unknown', reason: REASON.progressing, message }]);
  const jobs = new Set(objects.filter(hasTimeToLive).map((object) => formatSubject(refOf(object))));
  const began = ports.world.now();
  const customStatus = customStatusOf(kustomization, ports.cel);
  ports.progress.waiting(`waiting for ${refs.length} objects to be healthy`);
  const health = await waitFor(refs, acting.kube, {
    timeoutMs: kustomization.timeoutMs,
    clock: ports.world,
    isDoneWhenGone: (ref) => jobs.has(formatSubject(ref)),
    ...(customStatus === undefined ? {} : { customStatus }),
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
  const elapsed = formatDuration(ports.world.now() - began);
  try {
    checkReport(health, `health check failed after ${elapsed}: `);
  } catch (error) {
    state.note({ healthy: { type, status: 'False', reason: REASON.healthCheckFailed, message: messageOf(error) } });
    throw error;
  }
  const passed = `Health check passed in ${elapsed}`;
  state.note({ healthy: { type, status: 'True', reason: REASON.succeeded, message: passed } });
  const isNews = applied.entries.some(({ action }) => action === 'created' || action === 'configured');
  if (isNews) await state.event('Normal', passed);
  ports.progress.success(`healthy: ${refs.length} objects`);
}

function hasTimeToLive(object: K8sObject): boolean {
  const spec = object['spec'];
  return (
    groupOf(object) === 'batch' && object.kind === 'Job' && isJsonObject(spec) && spec['ttlSecondsAfterFinished'] !== undefined
  );
}

function readInventory(object: K8sObject): Inventory | undefined {
  const status = object['status'];
  const inventory = isJsonObject(status) ? status['inventory'] : undefined;
  return isJsonObject(inventory) && Array.isArray(inventory['entries']) ? (inventory as Inventory) : undefined;
}

function missingRolesOf(
  error: FluxError,
  kustomization: Kustomization,
  acting: ActingIdentity,
): { missingRoles?: readonly K8sObject[] } {
  const denied = error.code === 'rbac/denied' ? error.details?.['denied'] : undefined;
  if (!Array.isArray(denied)) return {};
  const account = acting.user?.split(':').at(-1);
  const { name, namespace } = kustomization;
  return {
    missingRoles: suggestRole(denied, {
      name: `${name}-missing`,
      ...(account === undefined ? {} : { account: { namespace, name: account } }),
    }),
  };
}

function countChanges(changes: readonly ReportedChange[]): ChangeCounts {
  const count = (action: ReportedChange['action']): number => changes.filter((change) => change.action === action).length;
  return {
    created: count('created'),
    configured: count('configured'),
    unchanged: count('unchanged'),
    skipped: count('skipped'),
    pruned: count('pruned'),
  };
}

/** `1 created, 5 unchanged`; what is none is left out. */
function formatCounts(counts: ChangeCounts): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? 'no objects' : parts.map(([action, count]) => `${count} ${action}`).join(', ');
}
