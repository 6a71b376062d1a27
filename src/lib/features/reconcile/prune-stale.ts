import { type Inventory, mergeRefs, staleRefs } from '../../engine/inventory/index.ts';
import { type Change, changesOf, deleteObjects, formatChangeSet, ownerLabelsOf } from '../../engine/ssa/index.ts';
import { checkPrune, type PruneGuard } from './guard-prune.ts';
import type { ActingIdentity, ReconcilePorts } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';
import type { RunState } from './run-state.ts';
import type { ReportedChange } from './types.ts';

/**
 * Deletes what was applied before and is not any more; what cannot be deleted, or what a guard keeps, stays in the inventory.
 *
 * Effects: writes the cluster
 *
 * @throws {FluxError} ssa/delete-failed; those of `checkPrune`, before anything is deleted
 */
export async function pruneStale(
  kustomization: Kustomization,
  before: Inventory | undefined,
  after: Inventory,
  acting: ActingIdentity,
  state: RunState,
  ports: ReconcilePorts,
  guard: PruneGuard | undefined,
  tell: (action: ReportedChange['action'], change: Change) => void,
): Promise<void> {
  const stale = kustomization.prune ? staleRefs(before, after) : [];
  if (stale.length === 0) return;
  try {
    await checkPrune(stale, before, kustomization, acting, guard, ports.signal);
  } catch (error) {
    state.note({ inventory: mergeRefs(after, stale) });
    throw error;
  }
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
