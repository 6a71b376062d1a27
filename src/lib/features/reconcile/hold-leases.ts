import { FLUX_NAMESPACE, LEASE } from '../../core/flux.ts';
import { acquireLease, formatIdentity, type HeldLease } from '../../engine/lease/index.ts';
import type { ReconcilePorts } from './ports.ts';

/** Which controllers we stand in for. */
export type StandIn = 'source' | 'kustomize';

/**
 * Does work while holding the Leases of the controllers that we stand in for, so that none of them works at the same time.
 * When one is lost, the work is told to stop through its signal.
 *
 * Effects: writes Leases in Flux's namespace
 *
 * @param namespace where the controllers run; where it does not exist none can run, and nothing is held
 * @throws {FluxError} lease/held: a controller is at work; lease/lost
 */
export async function withLeases<T>(
  standIns: readonly StandIn[],
  ports: ReconcilePorts,
  work: (ports: ReconcilePorts) => Promise<T>,
  namespace: string = FLUX_NAMESPACE,
): Promise<T> {
  const { world, kube, signal } = ports;
  const identity = formatIdentity(world.hostName, world.uniqueId());
  const held: HeldLease[] = [];
  try {
    for (const standIn of standIns) {
      const lease = await acquireLease(kube, {
        namespace,
        name: LEASE[standIn],
        identity,
        clock: world,
        ...(signal === undefined ? {} : { signal }),
      });
      if (lease !== undefined) held.push(lease);
    }
    const signals = held.map(({ lost }) => lost);
    const all = signal === undefined ? signals : [signal, ...signals];
    return await work(all.length === 0 ? ports : { ...ports, signal: AbortSignal.any(all) });
  } finally {
    for (const lease of held.reverse()) await lease.release();
  }
}
