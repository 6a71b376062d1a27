import { FIELD_MANAGER } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import type { Change } from '../../engine/ssa/index.ts';
import type { InstallPorts } from './ports.ts';

/** One object and what happened to it. */
export interface AppliedObject {
  /** `Kind/namespace/name`. */
  readonly subject: string;
  readonly action: Change['action'];
}

/**
 * Applies objects as Flux's CLI does: definitions, namespaces and cluster roles first, then, once those are ready, the rest.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 internal/utils/apply.go
 *
 * @throws {FluxError} ssa/…
 */
export async function applyObjects(objects: readonly K8sObject[], ports: InstallPorts): Promise<AppliedObject[]> {
  const { kube, clock, signal } = ports;
  const { applyStaged, normalizeObjects } = await import('../../engine/ssa/index.ts');
  const within = signal === undefined ? {} : { signal };
  const world = {
    waitReady: async (refs: readonly ObjectRef[], timeoutMs: number): Promise<void> => {
      const { checkReport, waitFor } = await import('../../engine/health/index.ts');
      checkReport(await waitFor(refs, kube, { timeoutMs, clock, ...within }));
    },
    sleep: clock.sleep,
    ...within,
  };
  const set = await applyStaged(await normalizeObjects(objects), kube, world, {
    fieldManager: FIELD_MANAGER.cli,
    takeOver: false,
  });
  return set.entries.map(({ ref, action }) => ({ subject: formatSubject(ref), action }));
}

/**
 * Counts what was done, in the order of the first occurrence.
 *
 * Effects: none
 *
 * @example summarizeActions([{ subject: 'Namespace/a', action: 'created' }]) // '1 object: 1 created'
 */
export function summarizeActions(applied: readonly AppliedObject[]): string {
  const counts = new Map<string, number>();
  for (const { action } of applied) counts.set(action, (counts.get(action) ?? 0) + 1);
  const parts = [...counts].map(([action, count]) => `${count} ${action}`);
  return `${applied.length} object${applied.length === 1 ? '' : 's'}: ${parts.join(', ') || 'nothing to do'}`;
}
