import { formatDuration } from '../../core/duration.ts';
import { type FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { FIELD_MANAGER } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { fromChangeSet, fromRefs, unionInventories } from '../../engine/inventory/index.ts';
import type { Change } from '../../engine/ssa/index.ts';
import { actAs, actingUserOf } from './act-as.ts';
import { applyManifests, inventoryAfterFailure, reportChanges } from './apply-manifests.ts';
import { buildManifests, checkPath } from './build-manifests.ts';
import { checkHealth } from './check-health.ts';
import { checkPermissions } from './check-permissions.ts';
import { finalizeKustomization, readInventory } from './finalize-kustomization.ts';
import type { PruneGuard } from './guard-prune.ts';
import { planIntent } from './plan-run.ts';
import type { ActingIdentity, OwnIdentity, ReconcilePorts } from './ports.ts';
import { pruneStale } from './prune-stale.ts';
import { readKustomization } from './read-kustomization.ts';
import { readObject } from './reconcile-git-repository.ts';
import { resolveSource } from './resolve-source.ts';
import { createRunMemory, type RunMemory } from './run-memory.ts';
import { beginRun, type RunState, suspendedStatus } from './run-state.ts';
import { createStageRunner } from './run-stage.ts';
import type { StageName } from './stages.ts';
import type { SourceContents } from './source-contents.ts';
import { clusterStatusStore, type StatusStore } from './status-store.ts';
import { tellFailure } from './tell-failure.ts';
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
  /** What a run must not delete. Default: nothing is kept from it. */
  readonly pruneGuard?: PruneGuard;
  /** Told of each object as it is written or deleted. */
  readonly onChange?: (change: ReportedChange) => void;
  /** Told once all is applied and pruned, before health is waited for: what was applied may want a run of its own. */
  readonly onApplied?: (changes: readonly ReportedChange[]) => Promise<void>;
  /** What other runs of the same command have found out. Default: nothing. */
  readonly memory?: RunMemory;
  /** Where the status goes; absent means the object itself, which must be in the cluster. */
  readonly store?: StatusStore;
  /** Reads a Flux object that this one refers to. Default: from the cluster. */
  readonly find?: (ref: ObjectRef) => Promise<K8sObject | undefined>;
}

/** What the controller looks at again soon, whatever the object's own interval: `--requeue-dependency`. */
const WAITS: readonly string[] = ['reconcile/dependency-not-ready', 'reconcile/no-artifact', 'reconcile/artifact-not-found'];
const REQUEUE_MS = 30_000;

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
  const isDeleted = store.current().metadata.deletionTimestamp !== undefined;
  if (!isDeleted) await store.addFinalizer();
  const kustomization = readKustomization(store.current());
  const find = options.find ?? ((wanted: ObjectRef) => kube.get(wanted));
  const own: OwnIdentity = { identity: 'own', kube };
  const user = actingUserOf(kustomization, options.defaultServiceAccount);
  let opened: ActingIdentity | undefined;
  const open = async (): Promise<ActingIdentity> =>
    (opened ??= await actAs(kustomization, options.defaultServiceAccount, own, ports));
  const changes: ReportedChange[] = [];
  const { run, times, failure } = createStageRunner(world.now);
  let revision: string | undefined;
  const report = (rest: Pick<KustomizationReport, 'outcome'> & Partial<KustomizationReport>): KustomizationReport => ({
    kind: 'Kustomization',
    namespace: kustomization.namespace,
    name: kustomization.name,
    ...(revision === undefined ? {} : { revision }),
    ...(user === undefined ? {} : { user }),
    ...(opened?.server === undefined ? {} : { cluster: opened.server }),
    changes,
    counts: countChanges(changes),
    stages: times,
    elapsedMs: world.now() - began,
    ...rest,
  });
  const tell = (action: ReportedChange['action'], change: Change): void => {
    const reported = { ...change.ref, action };
    changes.push(reported);
    if (action !== 'unchanged' && action !== 'skipped' && action !== 'unknown') {
      progress.success(`${formatSubject(change.ref)} ${action}`);
      options.onChange?.(reported);
    }
  };
  const state = beginRun(kustomization, store, ports);
  if (isDeleted) {
    const onChange = (change: Change): void => tell(change.action === 'deleted' ? 'pruned' : 'skipped', change);
    const inventory = readInventory(store.current());
    try {
      const who = { user, open };
      await finalizeKustomization(kustomization, inventory, store, own, who, ports, options.pruneGuard, onChange, state);
    } catch (error) {
      if (ports.signal?.aborted === true) throw ports.signal.reason;
      // Upstream says no more of it; a refusal of ours it does not know.
      const why = isFluxError(error, 'ssa/delete-failed') ? '' : `: ${messageOf(error)}`;
      await state.event('Warning', `pruning for deleted resource failed${why}`);
      throw error;
    } finally {
      await opened?.close();
    }
    progress.success(`${formatSubject(kustomization.ref)} let go: ${formatCounts(countChanges(changes))}`);
    return report({ outcome: 'done' });
  }
  if (kustomization.isSuspended) {
    await store.update(suspendedStatus(store.current(), world.now()));
    progress.warning(`${formatSubject(kustomization.ref)} is suspended, nothing was done`);
    return report({ outcome: 'suspended' });
  }

  try {
    const source = await run('resolve', () =>
      resolveSource(kustomization, find, ports, { noCrossNamespaceRefs: options.noCrossNamespaceRefs === true }),
    );
    ({ revision } = source);
    state.note({ revision, ...(source.originRevision === undefined ? {} : { originRevision: source.originRevision }) });
    const budget = `for revision ${revision} with a timeout of ${formatDuration(kustomization.timeoutMs)}`;
    const content = await run('fetch', async () => {
      await state.progress(`Fetching manifests ${budget}`);
      const fetched = await options.contents.fetch(source.object, source.revision);
      checkPath(fetched.files, kustomization);
      state.note({ isAttempted: true, doing: `Building manifests ${budget}` });
      return fetched;
    });
    const acting = await (kustomization.kubeConfig === undefined ? open() : run('connect', open));
    const memory = (options.memory ?? createRunMemory(world)).of(acting);
    if (acting.server !== undefined) progress.action(`applying to ${acting.server}`);
    const { objects, before } = await run('build', async () => {
      const strictSubstitution = options.strictSubstitution ?? true;
      const built = await buildManifests(content.files, kustomization, own, ports, { strictSubstitution });
      state.note({ digest: built.digest });
      progress.action(`building ${kustomization.path === '' ? './' : kustomization.path}: ${built.objects.length} objects`);
      return { objects: built.objects, before: readInventory(store.current()) };
    });
    const prepared = await run('preflight', async () => {
      if (acting.user !== undefined) progress.action(`acting as ${acting.user}`);
      state.note({ doing: `Detecting drift ${budget}` });
      const intent = await planIntent(objects, before, kustomization);
      if (options.skipPreflight !== true) await checkPermissions(kustomization, intent, acting.viewer, acting, memory.reviewer);
      return intent.objects;
    });
    const applied = await run('apply', async () => {
      const union = unionInventories(before, fromRefs(prepared.map(refOf)));
      await state.progress(`Detecting drift ${budget}`, { inventory: union });
      try {
        return await applyManifests(prepared, kustomization, acting, ports, options.pruneGuard, memory.seen, (change) => {
          if (change.action !== 'deleted') tell(change.action, change);
        });
      } catch (error) {
        state.note({ inventory: inventoryAfterFailure(before, union, error) });
        throw error;
      }
    });
    const inventory = fromChangeSet(applied.entries);
    state.note({ inventory });
    await reportChanges(applied.entries, state);
    await run('prune', () => pruneStale(kustomization, before, inventory, acting, state, ports, options.pruneGuard, tell));
    // What went to another cluster is nothing that the caller could drive.
    await options.onApplied?.(acting.server === undefined ? changes : []);
    await run('health', () => checkHealth(kustomization, prepared, applied, acting, ports, state, budget, memory.health));
  } catch (error) {
    if (ports.signal?.aborted === true) {
      await leaveInterrupted(state, failure()?.stage);
      throw ports.signal.reason;
    }
    if (failure() === undefined) throw error;
  } finally {
    state.end();
    await opened?.close();
  }

  const failed = failure();
  await state.finish(failed);
  if (failed === undefined) {
    progress.success(`applied revision ${revision}: ${formatCounts(countChanges(changes))}`);
    return report({ outcome: 'done' });
  }
  const { error } = failed;
  tellFailure(error, progress);
  const isBlocked = error.code === 'reconcile/dependency-not-ready';
  return report({
    outcome: isBlocked ? 'blocked' : 'failed',
    error: formatReportedError(error),
    ...missingRolesOf(error),
    ...(error.terminal ? {} : { retryAfterMs: WAITS.includes(error.code) ? REQUEUE_MS : kustomization.retryIntervalMs }),
  });
}

/** Who has to stop may not be able to write either: the Lease is lost, or the API server is away. */
async function leaveInterrupted(state: RunState, stage: StageName | undefined): Promise<void> {
  try {
    await state.interrupt(stage);
  } catch (error) {
    if (!isFluxError(error)) throw error;
  }
}

function missingRolesOf(error: FluxError): { missingRoles?: readonly K8sObject[] } {
  const roles = error.details?.['missingRoles'];
  return Array.isArray(roles) ? { missingRoles: roles } : {};
}

/** Counts what happened. */
export function countChanges(changes: readonly ReportedChange[]): ChangeCounts {
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
