import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';
import type { Status, StatusResult } from '../kstatus/index.ts';

/** What this part needs of a cluster; a kube client has it. */
export interface HealthReader {
  get(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<K8sObject | undefined>;
  list(
    kind: KindRef,
    options?: { namespace?: string; labelSelector?: string; signal?: AbortSignal },
  ): Promise<{ readonly items: readonly K8sObject[] }>;
  watch(
    kind: KindRef,
    options: { namespace?: string; fieldSelector?: string; labelSelector?: string; signal: AbortSignal },
  ): AsyncIterable<{ type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: K8sObject } | { type: 'SYNCED' }>;
}

/** Time, as it is handed in. */
export interface HealthClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How to wait. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly clock: HealthClock;
  /** Ends the wait at the first object that has Failed. Default: true. */
  readonly failFast?: boolean;
  /** How often objects that may not be watched are read, and states that change with time alone are judged. Default: 2 000. */
  readonly intervalMs?: number;
  /** An object as it was a moment ago; one that is Current then is not read. Default: none is known. */
  readonly known?: (ref: ObjectRef) => K8sObject | undefined;
  /** A status of its own for some kinds (`healthCheckExprs`); `undefined` leaves it to kstatus. */
  readonly customStatus?: (object: K8sObject) => StatusResult | undefined;
  /** True for objects that are done when they are gone (Jobs with a time to live). */
  readonly isDoneWhenGone?: (ref: ObjectRef) => boolean;
  /** Told of every change of a status. */
  readonly onStatus?: (object: ObjectHealth) => void;
  readonly signal?: AbortSignal;
}

/** How one object is. */
export interface ObjectHealth {
  readonly ref: ObjectRef;
  readonly status: Status;
  readonly reason: string;
  readonly message: string;
}

/** How the wait ended. */
export interface HealthReport {
  readonly outcome: 'ready' | 'failed' | 'timeout';
  /** In the order of the references. */
  readonly objects: readonly ObjectHealth[];
  readonly elapsedMs: number;
}
