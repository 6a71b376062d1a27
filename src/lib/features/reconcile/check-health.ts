import { formatCount } from '../../core/format-count.ts';
import { formatDuration } from '../../core/duration.ts';
import { FluxError, isFluxError } from '../../core/errors.ts';
import { CONDITION, REASON } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import {
  checkReport,
  formatFailure,
  type HealthReader,
  type ObjectHealth,
  unhealthyOf,
  waitFor,
} from '../../engine/health/index.ts';
import type { Applied } from './apply-manifests.ts';
import { compileHealthChecks } from './custom-status.ts';
import type { ActingIdentity, ReconcilePorts } from './ports.ts';
import { readLastEvents } from './read-last-events.ts';
import type { Kustomization } from './read-kustomization.ts';
import type { RunState } from './run-state.ts';

/**
 * Waits until what was applied (or `spec.healthChecks` names) is healthy.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} health/failed, health/timeout
 */
export async function checkHealth(
  kustomization: Kustomization,
  objects: readonly K8sObject[],
  applied: Applied,
  acting: ActingIdentity,
  ports: ReconcilePorts,
  state: RunState,
  budget: string,
  reader: HealthReader = acting.kube,
): Promise<void> {
  const isSelf = (ref: ObjectRef): boolean =>
    acting.server === undefined &&
    ref.kind === 'Kustomization' &&
    ref.name === kustomization.name &&
    ref.namespace === kustomization.namespace;
  const appliedRefs = applied.entries.filter(({ action }) => action !== 'skipped').map(({ ref }) => ref);
  const named = kustomization.wait ? appliedRefs : kustomization.healthChecks;
  if (named.length === 0) {
    state.note({ healthy: null });
    return;
  }
  const refs = named.filter((ref) => !isSelf(ref));
  const { isHealthy, isNewRevision } = state.standing();
  const message = `Running health checks ${budget}`;
  const type = CONDITION.healthy;
  await state.progress(message, {}, [{ type, status: 'Unknown', reason: REASON.progressing, message }]);
  const jobs = new Set(objects.filter(hasTimeToLive).map((object) => formatSubject(refOf(object))));
  const began = ports.world.now();
  const customStatus = await compileHealthChecks(kustomization, ports.cel);
  ports.progress.waiting(`waiting for ${formatCount(refs.length, 'object')} to be healthy`);
  const health = await waitFor(refs, reader, {
    timeoutMs: kustomization.timeoutMs,
    clock: ports.world,
    known: applied.known,
    isDoneWhenGone: (ref) => jobs.has(formatSubject(ref)),
    ...(customStatus === undefined ? {} : { customStatus }),
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
  const elapsed = formatDuration(ports.world.now() - began);
  try {
    checkReport(health, `health check failed after ${elapsed}: `);
  } catch (error) {
    state.note({ healthy: { type, status: 'False', reason: REASON.healthCheckFailed, message: formatFailure(health) } });
    throw await withLastEvents(error, unhealthyOf(health), acting);
  }
  const passed = `Health check passed in ${elapsed}`;
  state.note({ healthy: { type, status: 'True', reason: REASON.succeeded, message: passed } });
  const isNews = applied.entries.some(({ action }) => action === 'created' || action === 'configured');
  if (!isHealthy || (isNewRevision && isNews)) await state.event('Normal', passed);
  ports.progress.success(`healthy: ${formatCount(refs.length, 'object')}`);
}

/** Adds what the cluster last told of the objects to blame, for whoever sits before the terminal: the caller reads it. */
async function withLastEvents(error: unknown, objects: readonly ObjectHealth[], acting: ActingIdentity): Promise<unknown> {
  if (!isFluxError(error)) return error;
  const events = await readLastEvents(
    objects.map(({ ref }) => ref),
    acting.viewer.kube,
  );
  if (events.length === 0) return error;
  return new FluxError(error.code, error.message, {
    ...(error.subject === undefined ? {} : { subject: error.subject }),
    hint: [...(error.hint === undefined ? [] : [error.hint]), ...events].join('\n'),
    details: { ...error.details, events },
    cause: error,
  });
}

function hasTimeToLive(object: K8sObject): boolean {
  const spec = object['spec'];
  return (
    groupOf(object) === 'batch' && object.kind === 'Job' && isJsonObject(spec) && spec['ttlSecondsAfterFinished'] !== undefined
  );
}
