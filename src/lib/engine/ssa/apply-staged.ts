import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { applyPlan } from './apply-plan.ts';
import { DEFAULT_APPLY_OPTIONS } from './constants.ts';
import { changesOf, joinFailures } from './errors.ts';
import { definedKinds } from './defined-kinds.ts';
import { isSkippedByItself } from './match-metadata.ts';
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
      if (stage.name === 'definitions') await waitServed(stage.objects, cluster, world, settings.stageTimeoutMs);
    } catch (error) {
      if (!isFluxError(error)) throw error;
      throw joinFailures([error], [...done, ...(error.code === 'ssa/stage-not-ready' ? [] : changesOf(error))]);
    }
  }
  return { entries: done };
}

/** Waits between two looks at discovery: it lags behind a definition's Established condition by a fraction of a second. */
const SERVED_POLL_MS = 100;

/** Waits until the kinds of new definitions are in discovery; without that, their objects could not be addressed. */
async function waitServed(
  objects: readonly K8sObject[],
  cluster: ApplyCluster,
  world: ApplyWorld,
  timeoutMs: number,
): Promise<void> {
  const wanted = definedKinds(objects.filter((object) => !isSkippedByItself(object)));
  if (wanted.size === 0) return;
  for (let waitedMs = 0; ; waitedMs += SERVED_POLL_MS) {
    cluster.forgetDiscovery();
    const served = new Set((await cluster.resources()).map(({ group, kind }) => `${group}/${kind}`));
    const missing = [...wanted].filter((kind) => !served.has(kind));
    if (missing.length === 0) return;
    if (waitedMs >= timeoutMs)
      throw new FluxError('ssa/stage-not-ready', `the API server does not serve ${missing.join(', ')} yet`);
    await world.sleep(SERVED_POLL_MS, world.signal);
  }
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
