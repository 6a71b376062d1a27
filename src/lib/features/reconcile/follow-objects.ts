import { isFluxError, messageOf } from '../../core/errors.ts';
import type { K8sObject, KindRef } from '../../core/objects.ts';
import type { ReconcilePorts } from './ports.ts';

/** What is followed. */
export interface Followed {
  readonly kind: KindRef;
  /** Absent means all namespaces. */
  readonly namespace?: string;
  /** False goes on without, where it may not be watched. */
  readonly isNeeded: boolean;
}

/** Told of objects as they are and as they change. */
export type OnObject = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: K8sObject) => Promise<void>;

/** Waits after a watch that was given up: the first, and the longest. */
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;

/**
 * Follows the objects of a kind until the signal ends it. A watch that broke off is opened again, less and less often, and
 * tells all objects anew.
 *
 * Effects: reads the cluster
 *
 * @throws {FluxError} what the first request failed with, where the watch is needed
 */
export async function followObjects(
  followed: Followed,
  ports: Pick<ReconcilePorts, 'kube' | 'world' | 'progress'>,
  signal: AbortSignal,
  onObject: OnObject,
): Promise<void> {
  const { kind, namespace, isNeeded } = followed;
  const name = `${kind.kind}s${namespace === undefined ? '' : ` in ${namespace}`}`;
  let wasOpen = false;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const place = namespace === undefined ? {} : { namespace };
      for await (const event of ports.kube.watch(kind, { ...place, signal })) {
        wasOpen = true;
        failures = 0;
        if (event.type !== 'SYNCED') await onObject(event.type, event.object);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isFluxError(error) || (!wasOpen && isNeeded)) throw error;
      if (!wasOpen) {
        ports.progress.warning(`${name} cannot be watched, so that changes are seen at the next interval: ${messageOf(error)}`);
        return;
      }
      ports.progress.warning(`the watch of ${name} broke off and is opened again: ${messageOf(error)}`);
    }
    await ports.world.sleep(Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10)), signal).catch(() => {});
  }
}
