import { isFluxError } from '../../core/errors.ts';
import { FIELD_MANAGER } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { checkReport, waitFor } from '../../engine/health/index.ts';
import { fromRefs, type Inventory, unionInventories } from '../../engine/inventory/index.ts';
import {
  applyStaged,
  type Change,
  changesOf,
  type ChangeSet,
  formatChangeSet,
  type SeenObjects,
} from '../../engine/ssa/index.ts';
import { checkRecreate, type PruneGuard } from './guard-prune.ts';
import { compileIgnoreRules } from './ignore-rules.ts';
import type { ActingIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import type { RunState } from './run-state.ts';

/** What an apply did, and how its objects were then. */
export interface Applied extends ChangeSet {
  /** An object as it was a moment ago; absent where that is too long ago to go by. */
  readonly known: (ref: ObjectRef) => K8sObject | undefined;
}

/** What was seen so long ago at most may be taken for how it is: upstream looks every five seconds. */
const KNOWN_FOR_MS = 5_000;

/** The controller has 4 (`--concurrent-ssa`), for a Pod of one CPU. */
const DRY_RUNS_AT_ONCE = 8;

/**
 * Applies prepared objects as the acting identity.
 *
 * Effects: writes the cluster
 *
 * @throws {FluxError} those of `applyStaged`; reconcile/bad-ignore-rule; reconcile/protected-kind: one would be deleted to be
 * made anew
 */
export async function applyManifests(
  objects: readonly K8sObject[],
  kustomization: Kustomization,
  acting: ActingIdentity,
  ports: ReconcilePorts,
  guard: PruneGuard | undefined,
  seen: SeenObjects,
  onChange: (change: Change) => void,
): Promise<Applied> {
  const { world, signal } = ports;
  const within = signal === undefined ? {} : { signal };
  const ignoreRules = await compileIgnoreRules(kustomization);
  const states = new Map<string, { readonly object: K8sObject; readonly at: number }>();
  const known: Applied['known'] = (ref) => {
    const state = states.get(formatSubject(ref));
    return state === undefined || world.now() - state.at > KNOWN_FOR_MS ? undefined : state.object;
  };
  const { entries } = await applyStaged(
    objects,
    acting.kube,
    {
      sleep: world.sleep,
      waitReady: async (refs, timeoutMs) => {
        checkReport(await waitFor(refs, acting.kube, { timeoutMs, clock: world, known, ...within }));
      },
      onChange,
      onObject: (object) => void states.set(formatSubject(refOf(object)), { object, at: world.now() }),
      ...within,
    },
    {
      fieldManager: FIELD_MANAGER.kustomize,
      force: kustomization.force,
      concurrency: DRY_RUNS_AT_ONCE,
      ignoreRules,
      seen,
      checkRecreate: (object) => checkRecreate(object, kustomization, guard),
    },
  );
  return { entries, known };
}

/**
 * Works out what is tracked after an apply that failed: what was before, and what was applied until then. Where nobody knows
 * whether a write came through, all that was meant to be applied stays tracked.
 *
 * Effects: none
 * Differs: upstream forgets what a failed apply has created
 *
 * @param union old and new, as stored before the first write
 * @returns `null` where there is none to store
 */
export function inventoryAfterFailure(before: Inventory | undefined, union: Inventory, error: unknown): Inventory | null {
  if (!isCertain(error)) return union;
  const applied = fromRefs(changesOf(error).map(({ ref }) => ref));
  if (before === undefined && applied.entries.length === 0) return null;
  return unionInventories(before, applied);
}

/** These happen before the object itself is written. */
const BEFORE_WRITE: readonly string[] = [
  'ssa/dry-run-failed',
  'ssa/no-namespace',
  'ssa/not-found',
  'ssa/query-failed',
  'ssa/stage-not-ready',
];

/** Whether nothing was written but what the error tells of: the server refused, or was not asked yet. */
function isCertain(error: unknown): boolean {
  if (!isFluxError(error)) return false;
  if (BEFORE_WRITE.includes(error.code)) return true;
  const status = isFluxError(error.cause) ? error.cause.details?.['status'] : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** Upstream's event lists what was written, and says nothing where nothing was. */
export async function reportChanges(entries: readonly Change[], state: RunState): Promise<void> {
  const written = entries.filter(({ action }) => action === 'created' || action === 'configured');
  if (written.length > 0) await state.event('Normal', formatChangeSet(written));
}
