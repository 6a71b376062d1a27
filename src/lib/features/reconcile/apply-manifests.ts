import { isFluxError } from '../../core/errors.ts';
import { FIELD_MANAGER } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import { checkReport, waitFor } from '../../engine/health/index.ts';
import { fromRefs, type Inventory, unionInventories } from '../../engine/inventory/index.ts';
import { applyStaged, type Change, changesOf, type ChangeSet, formatChangeSet } from '../../engine/ssa/index.ts';
import { checkRecreate, type PruneGuard } from './guard-prune.ts';
import { compileIgnoreRules } from './ignore-rules.ts';
import type { ActingIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import type { RunState } from './run-state.ts';

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
  onChange: (change: Change) => void,
): Promise<ChangeSet> {
  const { world, signal } = ports;
  const within = signal === undefined ? {} : { signal };
  const ignoreRules = await compileIgnoreRules(kustomization);
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
    {
      fieldManager: FIELD_MANAGER.kustomize,
      force: kustomization.force,
      ignoreRules,
      checkRecreate: (object) => checkRecreate(object, kustomization, guard),
    },
  );
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
