import { isFluxError } from '../../core/errors.ts';
import { FIELD_MANAGER, FINALIZER } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import { createBell } from './bell.ts';
import { createBoundedContents } from './bounded-contents.ts';
import { isReady } from './check-dependencies.ts';
import { openConfigMapStore } from './configmap-store.ts';
import { createEventQueue } from './event-queue.ts';
import { fingerprintOf, reasonOf, trim } from './fingerprint.ts';
import { followObjects } from './follow-objects.ts';
import { nextRunIn } from './next-run.ts';
import { findCycles, graphKey, isDriven, ownerKeyOf, planGraph, readNeeds } from './plan-graph.ts';
import type { ReconcilePorts } from './ports.ts';
import { readKustomization } from './read-kustomization.ts';
import { reconcileGitRepository } from './reconcile-git-repository.ts';
import { artifactOf } from './source-artifact.ts';
import { type KustomizationOptions, reconcileKustomization } from './reconcile-kustomization.ts';
import { cycleError, reportFailure, unsettledError } from './report-failure.ts';
import { createRunMemory } from './run-memory.ts';
import { createSchedule } from './schedule.ts';
import {
  type DriveSelection,
  isSelected,
  isSourceKind,
  KUSTOMIZATION_KIND,
  selectObjects,
  SOURCE_KIND,
  sourceRefsOf,
} from './select-objects.ts';
import { clusterStatusStore, memoryStatusStore, type StatusStore } from './status-store.ts';
import { tellNamed } from './tell-named.ts';
import {
  type DriveEvent,
  type EventSubject,
  type KustomizationReport,
  type ReportedChange,
  type RunReason,
  type SourceReport,
} from './types.ts';

/** How to drive. */
export interface DriveOptions
  extends Omit<KustomizationOptions, 'contents' | 'memory' | 'store' | 'find' | 'onChange' | 'onApplied'> {
  /** False takes sources as they are. Default: true. */
  readonly withSources?: boolean;
  /** How many are under way at once, those that wait for health left out. Default: 20. */
  readonly concurrency?: number;
  /** Where the controllers would run. Default: flux-system. */
  readonly fluxNamespace?: string;
  /** How long to wait for whoever holds a Lease; milliseconds. Default: 0, which refuses at once. */
  readonly waitLeaseMs?: number;
}

/**
 * A run waits for Git and the API server more than it computes, and the API server says itself when it has enough. Upstream
 * has 4, for a Pod with one CPU and 1 GiB; its guide for large clusters goes up to 20.
 */
const DEFAULT_CONCURRENCY = 20;

/** Objects that change themselves or one another in every run would never be done. */
const MOST_RUNS = 10;

/** What is remembered of the last run over an object. */
interface LastRun {
  readonly outcome: string;
  readonly revision?: string;
  readonly failures: number;
}

/**
 * Drives a graph of objects: each as soon as what it waits for is over, in a bounded pool. What a Kustomization applies of
 * the driven kinds joins as soon as it is applied, and so does what it changes or deletes.
 *
 * Effects: those of `reconcileGitRepository` and `reconcileKustomization`
 *
 * @param keepsGoing false ends when all are done; true goes on until the signal ends it: on the objects' intervals, on their
 * changes, and on their sources' new revisions
 * @param emit told of all that happens, in its order
 * @throws the signal's reason; {FluxError} reconcile/not-found: a name that is not there; errors of the API server about the
 * selection as a whole. What fails for one object is in its report
 */
export async function driveGraph(
  selection: DriveSelection,
  given: ReconcilePorts,
  options: DriveOptions,
  keepsGoing: boolean,
  emit: (event: DriveEvent) => void,
): Promise<void> {
  const events = createEventQueue(given);
  const ports: ReconcilePorts = { ...given, events };
  const { world, kube, signal } = ports;
  const inCluster = selection.from !== 'objects';
  // The Lease of source-controller is not ours then.
  const drivesSources = !inCluster || options.withSources !== false;
  const schedule = createSchedule(options.concurrency ?? DEFAULT_CONCURRENCY);
  const bell = createBell(world);
  const running = new Map<string, Promise<void>>();
  const stores = new Map<string, StatusStore>();
  /** Sources as their last run left them: under the Lease nobody else writes their status. */
  const sources = new Map<string, K8sObject>();
  const find = async (ref: ObjectRef): Promise<K8sObject | undefined> => {
    if (!inCluster && isDriven(ref)) return stores.get(formatSubject(ref))?.current();
    return sources.get(formatSubject(ref)) ?? kube.get(ref);
  };
  const contents = createBoundedContents(ports, find, { holdsSourceLease: inCluster && drivesSources });
  const memory = createRunMemory(world);
  const seen = new Map<string, string>();
  /** Objects that nobody has put a finalizer on yet, whole. */
  const unheld = new Map<string, K8sObject>();
  const last = new Map<string, LastRun>();
  const runs = new Map<string, number>();
  const reasons = new Map<string, RunReason>();
  const revisions = new Map<string, string>();
  const followed = new Map<string, Promise<void>>();
  /** Places whose watch has ended: nothing is told of them. */
  const deaf = new Set<string>();
  const stop = new AbortController();
  let failure: { error: unknown } | undefined;

  const at = (): string => `${new Date(world.now()).toISOString().slice(0, 19)}Z`;
  const fail = (error: unknown): void => {
    failure ??= { error };
    bell.ring();
  };
  const request = (key: string, reason: RunReason): void => {
    schedule.request(key, world.now());
    reasons.set(key, reason);
    bell.ring();
  };
  const isMany = (): boolean => schedule.keys().filter((key) => key.startsWith('Kustomization/')).length > 1;
  const nameOf = (key: string, object: K8sObject): EventSubject => {
    const kind = key.startsWith('Kustomization/') ? 'Kustomization' : 'GitRepository';
    return { kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  };
  const forget = (key: string): void => {
    const object = schedule.get(key);
    if (object === undefined) return;
    schedule.remove(key);
    for (const map of [seen, unheld, last, runs, reasons, revisions, stores, sources]) map.delete(key);
    emit({ event: 'removed', at: at(), ...nameOf(key, object) });
    bell.ring();
  };

  /** Takes note of an object as it is in the cluster: a new one, or a new state of it, wants a run. */
  const notice = async (object: K8sObject): Promise<void> => {
    const key = graphKey(object);
    if (!isDriven(object) || (object.kind === 'GitRepository' && !drivesSources)) return;
    const before = seen.get(key);
    const now = fingerprintOf(object);
    if (before === now) return;
    seen.set(key, now);
    schedule.set(trim(object));
    if (inCluster && isUnheld(object)) unheld.set(key, object);
    else unheld.delete(key);
    request(key, reasonOf(before, now, object));
    for (const source of drivesSources && inCluster ? sourceRefsOf(object).filter(isDriven) : []) {
      if (schedule.get(formatSubject(source)) !== undefined) continue;
      const found = await kube.get(source);
      if (found !== undefined) await notice(found);
    }
    follow(object);
  };

  /** One object that cannot be read is no reason to stop the others. */
  const tolerate = async (key: string, look: () => Promise<void>): Promise<void> => {
    try {
      await look();
    } catch (error) {
      if (!isFluxError(error) || signal?.aborted === true) throw error;
      ports.progress.warning(`${key}: ${error.message}`);
    }
  };

  /** What was applied, or pruned, of the driven kinds. */
  const join = async (changes: readonly ReportedChange[]): Promise<void> => {
    if (!inCluster) return;
    for (const change of changes) {
      const key = formatSubject(change);
      const isKnown = schedule.get(key) !== undefined;
      if (!isDriven(change) || (isKnown && (change.action === 'unchanged' || change.action === 'skipped'))) continue;
      await tolerate(key, async () => {
        const object = await kube.get(change);
        if (object !== undefined) await notice(object);
        else if (isKnown) forget(key);
      });
    }
  };

  const dependents = (key: string, of: 'source' | 'dependsOn'): string[] =>
    schedule.keys().filter((other) => {
      const needs = schedule.needsOf(other);
      return (of === 'source' ? needs?.sources : needs?.dependsOn)?.includes(key) === true;
    });
  const onRevision = (key: string, revision: string | undefined): void => {
    if (revision === undefined) return;
    if (revisions.get(key) === revision) return;
    revisions.set(key, revision);
    for (const other of dependents(key, 'source')) {
      // A Kustomization that is under way may have it already: that is looked at when its run is over.
      const isLater = other.startsWith('Kustomization/') && schedule.isUnderWay(other);
      if (last.has(other) && !isLater) request(other, 'revision');
    }
  };
  /** What a Kustomization's source was last seen at. */
  const sourceRevisionOf = (key: string): string | undefined => {
    const [source] = key.startsWith('Kustomization/') ? (schedule.needsOf(key)?.sources ?? []) : [];
    return source === undefined ? undefined : revisions.get(source);
  };
  const onReady = (key: string): void => {
    for (const other of dependents(key, 'dependsOn')) {
      if (last.get(other)?.outcome === 'blocked') request(other, 'dependency');
    }
  };

  /** Watches the places that an object needs: its own, and those of what it waits for. */
  const follow = (object: K8sObject): void => {
    if (!keepsGoing || !inCluster) return;
    const own = object.metadata.namespace ?? '';
    const needs = readNeeds(object);
    const places = [own, ...(needs?.dependsOn ?? []).map((key) => key.split('/')[1] ?? '')];
    for (const place of new Set(places)) followPlace(KUSTOMIZATION_KIND, place, false);
    for (const { apiVersion, kind, namespace } of sourceRefsOf(object)) followPlace({ apiVersion, kind }, namespace ?? '', false);
  };
  const followPlace = (kind: KindRef, namespace: string | undefined, isNeeded: boolean): void => {
    const all = `${kind.kind} `;
    const id = `${all}${namespace ?? ''}`;
    if (followed.has(id) || followed.has(all)) return;
    const place = namespace === undefined ? {} : { namespace };
    const work = followObjects({ kind, ...place, isNeeded }, ports, stop.signal, onObject);
    followed.set(id, work.then(() => void deaf.add(id)).catch(fail));
  };
  const hears = (key: string): boolean => {
    const [kind = '', place = ''] = key.split('/');
    return [`${kind} `, `${kind} ${place}`].some((id) => followed.has(id) && !deaf.has(id));
  };
  const onObject = async (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: K8sObject): Promise<void> => {
    const key = graphKey(object);
    if (type === 'DELETED') {
      if (schedule.get(key)?.metadata.uid === object.metadata.uid) forget(key);
      return;
    }
    const isMember =
      schedule.get(key) !== undefined ||
      isSelected(selection, object) ||
      schedule.get(ownerKeyOf(object) ?? '') !== undefined ||
      dependents(key, 'source').length > 0;
    if (isMember) await tolerate(key, () => notice(object));
    if (schedule.get(key) !== undefined) return;
    // What others drive: their word for it is the status.
    if (isSourceKind(object.kind)) {
      const revision = artifactOf(object)?.['revision'];
      onRevision(key, typeof revision === 'string' ? revision : undefined);
    } else if (isReady(object)) onReady(key);
  };

  /** The object as it is now: read, or given back by the write that puts the finalizer where none was. */
  const openClusterStore = async (key: string, object: K8sObject): Promise<StatusStore | undefined> => {
    const manager = object.kind === 'GitRepository' ? FIELD_MANAGER.source : FIELD_MANAGER.kustomizeStatus;
    const known = unheld.get(key);
    unheld.delete(key);
    if (known === undefined) {
      const live = await kube.get(refOf(object));
      return live === undefined ? undefined : clusterStatusStore(live, kube, manager);
    }
    const store = clusterStatusStore(known, kube, manager);
    try {
      await store.addFinalizer();
      return store;
    } catch (error) {
      if (isFluxError(error, 'kube/not-found') || isFluxError(error, 'reconcile/gone')) return undefined;
      throw error;
    }
  };
  const openStore = async (key: string, object: K8sObject): Promise<StatusStore | undefined> => {
    if (inCluster) {
      const store = await openClusterStore(key, object);
      if (store === undefined) return undefined;
      const live = store.current();
      seen.set(key, fingerprintOf(live));
      schedule.set(trim(live));
      return store;
    }
    const known = stores.get(key);
    if (known !== undefined) return known;
    const store = await openFileStore(object, selection, ports);
    stores.set(key, store);
    return store;
  };
  const runOne = async (key: string, store: StatusStore): Promise<SourceReport | KustomizationReport> => {
    const object = store.current();
    const named = { ...ports, progress: tellNamed(ports.progress, key, { isNamed: isMany, isTerse: keepsGoing }) };
    const ref = refOf(object);
    if (object.kind === 'GitRepository') {
      const withFlux = options.fluxNamespace === undefined ? {} : { fluxNamespace: options.fluxNamespace };
      sources.delete(key);
      const report = await reconcileGitRepository(ref, named, { contents, find, store, ...withFlux });
      sources.set(key, store.current());
      return report;
    }
    return reconcileKustomization(ref, named, {
      ...options,
      contents,
      memory,
      find,
      store,
      onChange: (change) => emit({ event: 'changed', at: at(), ...nameOf(key, object), change }),
      onApplied: async (changes) => {
        schedule.applied(key);
        await join(changes);
        bell.ring();
      },
    });
  };

  const work = async (key: string, object: K8sObject): Promise<void> => {
    const reason = reasons.get(key) ?? 'start';
    reasons.delete(key);
    emit({ event: 'started', at: at(), ...nameOf(key, object), reason });
    const revisionAtStart = sourceRevisionOf(key);
    ports.progress.live?.(key, 'reading');
    let report: SourceReport | KustomizationReport | undefined;
    let brokeOff = false;
    let isGone = false;
    try {
      const store = await openStore(key, object);
      isGone = store === undefined || store.current().metadata.deletionTimestamp !== undefined;
      if (store !== undefined) report = await runOne(key, store);
      // What it applied to another cluster is not ours to drive.
      if (report?.kind === 'Kustomization' && report.cluster === undefined) await join(report.changes);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      brokeOff = true;
      isGone = false;
      report = reportFailure(object, error, ports);
    } finally {
      ports.progress.live?.(key, undefined);
    }
    schedule.end(key);
    const current = schedule.get(key);
    if (!isGone && report !== undefined && current !== undefined) {
      settle(key, current, report, brokeOff);
      // What came while it ran may have come too late for it.
      const revision = sourceRevisionOf(key);
      if (revision !== revisionAtStart && revision !== report.revision) request(key, 'revision');
    } else {
      if (report !== undefined) emit({ event: 'finished', at: at(), ...report });
      forget(key);
    }
  };

  /** Tells of a run that is over, and wants those that follow from it. */
  const settle = (key: string, object: K8sObject, report: SourceReport | KustomizationReport, brokeOff: boolean): void => {
    const isGood = report.outcome === 'done' || report.outcome === 'suspended';
    const { revision } = report;
    const failures = isGood ? 0 : (last.get(key)?.failures ?? 0) + 1;
    last.set(key, { outcome: report.outcome, failures, ...(revision === undefined ? {} : { revision }) });
    emit({ event: 'finished', at: at(), ...report });
    if (report.kind === 'GitRepository') onRevision(key, revision);
    else if (report.outcome === 'done') onReady(key);
    if (!keepsGoing) return;
    const isTold = (schedule.needsOf(key)?.dependsOn ?? []).every((other) => schedule.get(other) !== undefined || hears(other));
    const ms = nextRunIn(object, report, { failures, isTold, brokeOff });
    if (ms === undefined) return;
    schedule.request(key, world.now() + ms);
    if (!reasons.has(key)) reasons.set(key, isGood ? 'interval' : 'retry');
  };

  const start = (key: string): void => {
    const object = schedule.get(key);
    if (object === undefined) return;
    schedule.begin(key);
    const count = (runs.get(key) ?? 0) + 1;
    runs.set(key, count);
    if (!keepsGoing && count > MOST_RUNS) {
      schedule.end(key);
      settle(key, object, reportFailure(object, unsettledError(object, MOST_RUNS), ports), false);
      return;
    }
    const over = work(key, object)
      .catch(fail)
      .finally(() => {
        running.delete(key);
        if (running.size === 0) {
          contents.clear();
          memory.clear();
          events.flush().catch(fail);
        }
        bell.ring();
      });
    running.set(key, over);
  };
  const refuseCycles = (stuck: readonly string[]): void => {
    const objects = schedule.keys().flatMap((key) => schedule.get(key) ?? []);
    const cycle = findCycles(planGraph(objects));
    for (const key of stuck) {
      const object = schedule.get(key);
      if (object === undefined) continue;
      schedule.begin(key);
      schedule.end(key);
      settle(key, object, reportFailure(object, cycleError(key, cycle, object), ports), false);
    }
  };

  signal?.addEventListener('abort', bell.ring);
  try {
    signal?.throwIfAborted();
    const selected = await selectObjects(selection, ports, drivesSources);
    if (keepsGoing && selection.from === 'cluster') {
      followPlace(KUSTOMIZATION_KIND, selection.namespace, true);
      followPlace(SOURCE_KIND, selection.namespace, true);
    }
    for (const object of selected) await notice(object);
    for (;;) {
      signal?.throwIfAborted();
      if (failure !== undefined) throw failure.error;
      for (const key of schedule.next(world.now())) start(key);
      if (!keepsGoing && running.size === 0 && schedule.isIdle(world.now())) return;
      const stuck = schedule.stuck(world.now());
      if (stuck.length > 0) {
        refuseCycles(stuck);
        continue;
      }
      const wakeAt = schedule.wakeAt(world.now());
      await bell.wait(wakeAt === undefined ? undefined : wakeAt - world.now());
    }
  } finally {
    // Nobody may write any more once the Leases are given back.
    stop.abort();
    await Promise.allSettled([...running.values(), ...followed.values()]);
    await events.close();
    signal?.removeEventListener('abort', bell.ring);
  }
}

function isUnheld({ metadata }: K8sObject): boolean {
  return metadata.deletionTimestamp === undefined && metadata.finalizers?.includes(FINALIZER) !== true;
}

/** Where the status of an object from a file goes. */
async function openFileStore(object: K8sObject, selection: DriveSelection, ports: ReconcilePorts): Promise<StatusStore> {
  if (object.kind === 'GitRepository') return memoryStatusStore(object, () => Promise.resolve());
  return openConfigMapStore(object, ports.kube, inventoryNamespaceOf(object, selection));
}

/** The namespace that keeps the inventory of a Kustomization from a file. */
export function inventoryNamespaceOf(object: K8sObject, selection: DriveSelection): string {
  const { targetNamespace, namespace } = readKustomization(object);
  const given = selection.from === 'objects' ? selection.inventoryNamespace : undefined;
  return given ?? targetNamespace ?? namespace;
}
