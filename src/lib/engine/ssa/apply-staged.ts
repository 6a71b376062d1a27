import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { applyPlan } from './apply-plan.ts';
import { DEFAULT_APPLY_OPTIONS } from './constants.ts';
import { changesOf, joinFailures } from './errors.ts';
import { planApply } from './plan-apply.ts';
import { splitStages } from './split-stages.ts';
import type { ApplyCluster, ApplyOptions, ApplyWorld, Change, ChangeSet } from './types.ts';

/**
 * Applies objects in Flux's stages: each is planned whole, then applied, and the stages that others build on are waited for.
 *
 * Effects: writes the cluster
 * Source: fluxcd/pkg ssa/manager_apply.go ApplyAllStaged
 * Differs: an error carries what the failed stage itself had applied too; upstream forgets that
 *
 * @param objects prepared objects (see `prepareObjects`)
 * @throws {FluxError} those of `planApply` and `applyPlan`, ssa/stage-not-ready; each with `details.entries`
 */
export async function applyStaged(
  objects: readonly K8sObject[],
  cluster: ApplyCluster,
  world: ApplyWorld,
  options: Partial<ApplyOptions> = {},
): Promise<ChangeSet> {
  const settings = { ...DEFAULT_APPLY_OPTIONS, ...options };
  const within = world.signal === undefined ? {} : { signal: world.signal };
  const done: Change[] = [];
  for (const stage of splitStages(objects, settings.customStageKinds)) {
    try {
      const plan = await planApply(stage.objects, cluster, { ...settings, ...within });
      const changes = await applyPlan(plan, cluster, world, settings);
      done.push(...changes.entries);
      if (!stage.waits) continue;
      await waitStage(changes.entries, world, settings.stageTimeoutMs);
      if (stage.name === 'definitions') cluster.forgetDiscovery();
    } catch (error) {
      if (!isFluxError(error)) throw error;
      throw joinFailures([error], [...done, ...(error.code === 'ssa/stage-not-ready' ? [] : changesOf(error))]);
    }
  }
  return { entries: done };
}

async function waitStage(entries: readonly Change[], world: ApplyWorld, timeoutMs: number): Promise<void> {
  try {
    await world.waitReady(
      entries.map((entry) => entry.ref),
      timeoutMs,
    );
  } catch (cause) {
    if (world.signal?.aborted === true) throw cause;
    throw new FluxError('ssa/stage-not-ready', messageOf(cause), { cause });
  }
}
