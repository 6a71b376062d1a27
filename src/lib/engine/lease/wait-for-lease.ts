import { type FluxError, isFluxError } from '../../core/errors.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';
import { acquireLease } from './acquire-lease.ts';
import { parseLeaseRecord } from './lease-record.ts';
import type { HeldLease, LeaseClient, LeaseOptions } from './types.ts';

/** What waiting needs of a cluster; a kube client has it. */
export interface LeaseWaiter extends LeaseClient {
  watch(
    kind: KindRef,
    options: { namespace?: string; fieldSelector?: string; signal: AbortSignal },
  ): AsyncIterable<{ readonly type: 'SYNCED' } | { readonly type: string; readonly object: K8sObject }>;
}

/** How to wait. */
export interface WaitForLeaseOptions extends LeaseOptions {
  /** How long at most; milliseconds. 0 does not wait. */
  readonly waitMs: number;
  /** Told once, with the error that there would be without waiting. */
  readonly onWait?: (error: FluxError) => void;
}

/** A Lease that nobody renews is looked at again as soon as it has run out, and one that cannot be watched this often. */
const LOOK_AGAIN_MS = 5_000;

/**
 * Takes a Lease as `acquireLease` does, but waits while somebody else holds it.
 *
 * Effects: reads, watches and writes the Lease
 *
 * @throws {FluxError} lease/held: it was still held when the time was over
 */
export async function waitForLease(client: LeaseWaiter, options: WaitForLeaseOptions): Promise<HeldLease | undefined> {
  const until = options.clock.now() + options.waitMs;
  for (let turn = 0; ; turn++) {
    try {
      return await acquireLease(client, options);
    } catch (error) {
      const leftMs = until - options.clock.now();
      if (!isFluxError(error, 'lease/held') || leftMs <= 0) throw error;
      if (turn === 0) options.onWait?.(error);
      const freeInSeconds = error.details?.['freeInSeconds'];
      // A Lease that is renewed in time never gets there; one that is not is free then.
      const lookMs = typeof freeInSeconds === 'number' ? freeInSeconds * 1_000 + 1 : LOOK_AGAIN_MS;
      await waitUntilFree(client, options, Math.min(leftMs, lookMs));
    }
  }
}

/** Ends when the holder lets go, when it renews no more, or after the time. */
async function waitUntilFree(client: LeaseWaiter, options: LeaseOptions, ms: number): Promise<void> {
  const { clock, namespace, name, signal } = options;
  const ref: ObjectRef = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name };
  const stop = new AbortController();
  const over = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const watched = (async (): Promise<void> => {
    try {
      const where = { namespace, fieldSelector: `metadata.name=${name}`, signal: over };
      for await (const event of client.watch(ref, where)) {
        if (!('object' in event)) continue;
        if (event.type === 'DELETED' || parseLeaseRecord(event.object).holder === '') return;
      }
    } catch (error) {
      if (over.aborted) return;
      if (!isFluxError(error)) throw error;
      // Whoever may not watch it looks now and then.
      await clock.sleep(Math.min(ms, LOOK_AGAIN_MS), over);
    }
  })();
  try {
    await Promise.race([watched, clock.sleep(ms, over)]);
  } finally {
    stop.abort();
    await watched.catch(() => {});
  }
  signal?.throwIfAborted();
}
