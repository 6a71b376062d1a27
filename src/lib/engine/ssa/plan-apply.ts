import { type FluxError, isFluxError } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { DEFAULT_APPLY_OPTIONS, FORCE, IF_NOT_PRESENT, SKIP_APPLY, SKIP_TAKE_OVER } from './constants.ts';
import { hasDrifted, isNew } from './detect-drift.ts';
import { definedKinds } from './defined-kinds.ts';
import { dryRunError, joinFailures, stepError } from './errors.ts';
import { guessImmutable } from './guess-immutable.ts';
import { ignoredPaths, sparedPayload, withoutFields } from './ignore-fields.ts';
import { hasAnyInMetadata } from './match-metadata.ts';
import { type LiveReader, openLiveReader } from './read-live.ts';
import { createSeenObjects } from './seen-objects.ts';
import { splitStages } from './split-stages.ts';
import { formatTakeOverPatch } from './take-over.ts';
import type { ApplyCluster, ApplyOptions, Plan, PlannedChange } from './types.ts';

/**
 * Works out what an apply of the objects would do, by a dry run of each. Objects of kinds that the same set defines and the
 * server does not serve yet get the action `unknown`.
 *
 * Effects: reads the cluster
 * Source: fluxcd/pkg ssa/manager_apply.go, first phase of ApplyAll
 * Differs: writes nothing (upstream takes fields over and deletes here already), and reports every failed object, not one
 *
 * @param objects prepared objects, in any order
 * @throws {FluxError} ssa/dry-run-failed, ssa/no-namespace, ssa/not-found, ssa/query-failed
 */
export async function planApply(
  objects: readonly K8sObject[],
  cluster: ApplyCluster,
  options: Partial<ApplyOptions> & { readonly signal?: AbortSignal } = {},
): Promise<Plan> {
  const settings = { ...DEFAULT_APPLY_OPTIONS, ...options };
  const ordered = splitStages(objects, settings.customStageKinds).flatMap((stage) => stage.objects);
  const defined = definedKinds(ordered);
  const seen = settings.seen ?? createSeenObjects();
  const live = openLiveReader(ordered, cluster, seen, options.signal);
  const failures: { index: number; error: FluxError }[] = [];
  const changes = await mapBounded(ordered, settings.concurrency, async (object, index) => {
    try {
      return await planObject(object, live, cluster, settings, options.signal);
    } catch (error) {
      if (!isFluxError(error)) throw error;
      const isComing = isFluxError(error.cause, 'kube/unknown-kind') && defined.has(`${groupOf(object)}/${object.kind}`);
      if (isComing) return unknownChange(object, 'its definition is in the same set and not installed yet');
      if (settings.keepGoing !== true) failures.push({ index, error });
      return { ...unknownChange(object, error.message), error };
    }
  });
  if (failures.length > 0) {
    const ordered = failures.toSorted((a, b) => a.index - b.index).map(({ error }) => error);
    throw joinFailures(ordered, []);
  }
  return { changes };
}

/**
 * Another writer may come between the dry run and the read, as the deployment controller does with its annotation. What it
 * wrote is no drift, so the two are made again; one that never stops writing gets its apply.
 */
const MOST_ATTEMPTS = 4;

/**
 * Works out what an apply of one object would do. The dry run comes first: it says which version of the object it was made
 * on, so that one which was seen before in that version need not be read.
 *
 * Effects: reads the cluster
 */
async function planObject(
  object: K8sObject,
  reader: LiveReader,
  cluster: ApplyCluster,
  settings: ApplyOptions,
  signal: AbortSignal | undefined,
  attempt = 1,
): Promise<PlannedChange> {
  const within = signal === undefined ? {} : { signal };
  const ref = refOf(object);
  const common = { ref, object, takeOver: [], recreate: false };
  const withLive = (live: K8sObject | undefined) => ({ ...common, ...(live === undefined ? {} : { live }) });
  if (hasAnyInMetadata(object, SKIP_APPLY) || hasAnyInMetadata(object, IF_NOT_PRESENT)) {
    const live = await readOrFail(object, () => reader.read(ref));
    if (isSkipped(object, live)) return { ...withLive(live), action: 'skipped' };
  }
  let merged: K8sObject;
  try {
    merged = await cluster.apply(object, { fieldManager: settings.fieldManager, force: true, dryRun: true, ...within });
  } catch (cause) {
    if (!isFluxError(cause)) throw cause;
    const live = await readOrFail(object, () => reader.read(ref));
    if (isSkipped(object, live)) return { ...withLive(live), action: 'skipped' };
    const mayRecreate = settings.force || hasAnyInMetadata(object, FORCE) || hasAnyInMetadata(live, FORCE);
    if (live === undefined || !mayRecreate || !guessImmutable(cause)) throw dryRunError(object, cause);
    settings.checkRecreate?.(object);
    return { ...withLive(live), action: 'created', recreate: true };
  }
  const live = isNew(merged)
    ? undefined
    : await readOrFail(object, () => reader.readVersion(refOf(merged), merged.metadata.resourceVersion));
  if (isSkipped(object, live)) return { ...withLive(live), action: 'skipped' };
  const seen = { ...withLive(live), ref: refOf(merged), merged };
  if (live === undefined) return { ...seen, action: 'created' };
  const isLeft = !settings.takeOver || hasAnyInMetadata(object, SKIP_TAKE_OVER) || hasAnyInMetadata(live, SKIP_TAKE_OVER);
  const takeOver = isLeft ? [] : formatTakeOverPatch(live, settings.fieldManager, settings.overrideManagers);
  const paths = ignoredPaths(merged, settings.ignoreRules);
  const isDrift = hasDrifted(withoutFields(live, paths), withoutFields(merged, paths));
  if (takeOver.length === 0 && !isDrift) return { ...seen, action: 'unchanged' };
  const isApart = live.metadata.resourceVersion !== merged.metadata.resourceVersion;
  if (isDrift && isApart && attempt < MOST_ATTEMPTS) return planObject(object, reader, cluster, settings, signal, attempt + 1);
  const spared = paths.length === 0 ? {} : { payload: sparedPayload(object, live, merged, paths, settings.fieldManager) };
  return { ...seen, action: 'configured', takeOver, ...spared };
}

async function readOrFail(object: K8sObject, read: () => Promise<K8sObject | undefined>): Promise<K8sObject | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (isFluxError(cause, 'kube/unknown-kind') || isFluxError(cause, 'kube/no-namespace')) throw dryRunError(object, cause);
    throw stepError('ssa/query-failed', object, 'query failed', cause);
  }
}

function isSkipped(object: K8sObject, live: K8sObject | undefined): boolean {
  if (hasAnyInMetadata(object, SKIP_APPLY) || hasAnyInMetadata(live, SKIP_APPLY)) return true;
  return live !== undefined && hasAnyInMetadata(object, IF_NOT_PRESENT);
}

function unknownChange(object: K8sObject, reason: string): PlannedChange {
  const ref: ObjectRef = refOf(object);
  return { ref, object, action: 'unknown', takeOver: [], recreate: false, reason };
}
