import { FluxError, isFluxError } from '../../core/errors.ts';
import { FLUX_NAMESPACE, LEASE } from '../../core/flux.ts';
import { formatIdentity, type HeldLease, waitForLease } from '../../engine/lease/index.ts';
import { fenceClient } from './fence-client.ts';
import type { ReconcilePorts } from './ports.ts';

/** Which controllers we stand in for. */
export type StandIn = 'source' | 'kustomize';

/** A Lease by its place. */
export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** How Leases are taken. */
export interface LeaseWait {
  /** How long to wait for a holder to let go; milliseconds. Default: 0, which refuses at once. */
  readonly waitLeaseMs?: number;
}

/**
 * Does work while holding the Leases of the controllers that we stand in for, so that none of them works at the same time.
 * When one is lost, the work is told to stop through its signal, and nothing can be written any more.
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
  wait: LeaseWait = {},
): Promise<T> {
  const names = standIns.map((standIn) => ({ namespace, name: LEASE[standIn] }));
  return holdLeases(names, ports, work, wait);
}

/**
 * The same for Leases that keep runs over objects from files apart. Whoever may not use Leases is warned, and works without:
 * such runs are made to need few rights.
 *
 * Effects: writes Leases
 *
 * @throws {FluxError} lease/held, lease/lost
 */
export async function withFileLeases<T>(
  names: readonly LeaseName[],
  ports: ReconcilePorts,
  work: (ports: ReconcilePorts) => Promise<T>,
  wait: LeaseWait = {},
): Promise<T> {
  const sorted = names.toSorted((a, b) => compare(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
  return holdLeases(sorted, ports, work, wait, (error, { namespace }) => {
    if (!isFluxError(error, 'kube/forbidden')) throw error;
    ports.progress.warning(`no Lease in ${namespace}, so that a second run at the same time is not kept off: ${error.message}`);
  });
}

/** Takes them one after the other in one order for all, so that two runs never hold one each and wait for the other's. */
async function holdLeases<T>(
  names: readonly LeaseName[],
  ports: ReconcilePorts,
  work: (ports: ReconcilePorts) => Promise<T>,
  { waitLeaseMs = 0 }: LeaseWait,
  onFailure?: (error: unknown, name: LeaseName) => void,
): Promise<T> {
  const { world, kube, signal, progress } = ports;
  const identity = formatIdentity(world.hostName, world.uniqueId());
  const held: HeldLease[] = [];
  try {
    for (const name of names) {
      try {
        const lease = await waitForLease(kube, {
          ...name,
          identity,
          clock: world,
          waitMs: waitLeaseMs,
          onWait: ({ message }) => progress.waiting(`${message}: waiting for it`),
          ...(signal === undefined ? {} : { signal }),
        });
        if (lease !== undefined) held.push(lease);
      } catch (error) {
        if (onFailure === undefined) throw error;
        onFailure(error, name);
      }
    }
    if (held.length === 0) return await work(ports);
    const overslept = new AbortController();
    const signals = [overslept.signal, ...held.map(({ lost }) => lost)];
    const check = (): void => {
      for (const { lost } of held) lost.throwIfAborted();
      const late = held.find((lease) => world.now() >= lease.validUntil());
      if (late !== undefined) overslept.abort(ranOut(late));
      overslept.signal.throwIfAborted();
    };
    return await work({
      ...ports,
      kube: fenceClient(kube, check),
      signal: AbortSignal.any(signal === undefined ? signals : [signal, ...signals]),
    });
  } finally {
    for (const lease of held.reverse()) await lease.release();
  }
}

function ranOut({ namespace, name }: HeldLease): FluxError {
  return new FluxError('lease/lost', `Lease ${namespace}/${name} ran out before it could be renewed`, {
    hint: 'this machine may have slept, or the API server was away; run again',
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
