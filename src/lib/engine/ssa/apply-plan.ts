import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatSubject, type K8sObject } from '../../core/objects.ts';
import { DEFAULT_APPLY_OPTIONS } from './constants.ts';
import { joinFailures, stepError } from './errors.ts';
import type { ApplyCluster, ApplyOptions, ApplyWorld, Change, ChangeSet, Plan, PlannedChange } from './types.ts';

/** Waits between two looks at an object that is being deleted: short at first, since most are gone at once. */
const GONE_POLL_MS: readonly number[] = [50, 100, 200, 400, 800, 1_000];

/**
 * Carries a plan out, one object after the other in the plan's order.
 *
 * Effects: writes the cluster
 * Source: fluxcd/pkg ssa/manager_apply.go, second phase of ApplyAll
 *
 * @throws {FluxError} ssa/apply-failed, ssa/take-over-failed, ssa/recreate-failed: with `details.entries`, what was done
 * until then; ssa/unplanned: the plan has an object whose action is unknown
 */
export async function applyPlan(
  plan: Plan,
  cluster: ApplyCluster,
  world: ApplyWorld,
  options: Partial<ApplyOptions> = {},
): Promise<ChangeSet> {
  const settings = { ...DEFAULT_APPLY_OPTIONS, ...options };
  const done: Change[] = [];
  for (const planned of plan.changes) {
    try {
      const change: Change = { ref: await applyObject(planned, cluster, world, settings), action: planned.action };
      done.push(change);
      world.onChange?.(change);
    } catch (error) {
      if (!isFluxError(error)) throw error;
      throw joinFailures([error], done);
    }
  }
  return { entries: done };
}

/**
 * Does with one object what was planned.
 *
 * Effects: writes the cluster
 */
async function applyObject(
  planned: PlannedChange,
  cluster: ApplyCluster,
  world: ApplyWorld,
  settings: ApplyOptions,
): Promise<PlannedChange['ref']> {
  const { object, ref, action } = planned;
  const within = world.signal === undefined ? {} : { signal: world.signal };
  world.signal?.throwIfAborted();
  const tell = (state: K8sObject): void => {
    settings.seen?.set(state);
    world.onObject?.(state);
  };
  if (action === 'unchanged' && planned.live !== undefined) tell(planned.live);
  if (action === 'skipped' || action === 'unchanged') return ref;
  if (action === 'unknown') {
    throw new FluxError('ssa/unplanned', `${formatSubject(ref)} cannot be applied: ${planned.reason ?? 'it has no plan'}`, {
      subject: ref,
    });
  }
  if (planned.recreate && planned.live !== undefined) await deleteForGood(planned.live, cluster, world);
  if (planned.takeOver.length > 0) {
    try {
      await cluster.patch(ref, [...planned.takeOver], { type: 'json', fieldManager: settings.fieldManager, ...within });
    } catch (cause) {
      throw stepError('ssa/take-over-failed', object, 'metadata.managedFields cleanup failed', cause);
    }
  }
  try {
    tell(await cluster.apply(planned.payload ?? object, { fieldManager: settings.fieldManager, force: true, ...within }));
  } catch (cause) {
    throw stepError('ssa/apply-failed', object, 'apply failed', cause);
  }
  return ref;
}

/** Deletes an object and waits until it is gone, finalizers and all; how long is for the signal to say. */
async function deleteForGood(live: K8sObject, cluster: ApplyCluster, world: ApplyWorld): Promise<void> {
  const within = world.signal === undefined ? {} : { signal: world.signal };
  const { apiVersion, kind, metadata } = live;
  const { name, namespace } = metadata;
  const ref = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const what = 'immutable field detected, failed to';
  try {
    const uid = metadata.uid === undefined ? {} : { uid: metadata.uid };
    await cluster.delete(ref, { propagationPolicy: 'Background', ...uid, ...within });
  } catch (cause) {
    throw stepError('ssa/recreate-failed', live, `${what} delete object`, cause);
  }
  try {
    for (let turn = 0; (await cluster.get(ref, within)) !== undefined; turn++) {
      await world.sleep(GONE_POLL_MS[turn] ?? 1_000, world.signal);
    }
  } catch (cause) {
    throw stepError('ssa/recreate-failed', live, `${what} wait for object to be deleted`, cause);
  }
}
