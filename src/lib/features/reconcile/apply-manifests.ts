import { FIELD_MANAGER } from '../../core/flux.ts';
import type { K8sObject } from '../../core/objects.ts';
import { checkReport, waitFor } from '../../engine/health/index.ts';
import { applyStaged, type Change, type ChangeSet, formatChangeSet } from '../../engine/ssa/index.ts';
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

/** Upstream's event lists what was written, and says nothing where nothing was. */
export async function reportChanges(entries: readonly Change[], state: RunState): Promise<void> {
  const written = entries.filter(({ action }) => action === 'created' || action === 'configured');
  if (written.length > 0) await state.event('Normal', formatChangeSet(written));
}
