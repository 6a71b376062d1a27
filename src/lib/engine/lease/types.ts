import type { K8sObject, ObjectRef } from '../../core/objects.ts';

/** What this part needs of a cluster; a kube client has it. */
export interface LeaseClient {
  get(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<K8sObject | undefined>;
  create(object: K8sObject, options?: { signal?: AbortSignal }): Promise<K8sObject>;
  /** With a resourceVersion in it, only if nobody else wrote meanwhile. */
  replace(object: K8sObject, options?: { signal?: AbortSignal }): Promise<K8sObject>;
}

/** Time, as it is handed in. */
export interface LeaseClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Which Lease, as whom, and how. */
export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  /** Who we are; must differ between processes. */
  readonly identity: string;
  readonly clock: LeaseClock;
  /** How long others wait for us after our last renewal. Default: 35 000. */
  readonly durationMs?: number;
  /** How long renewals may fail before the Lease counts as lost. Default: 30 000. */
  readonly renewDeadlineMs?: number;
  /** Time between renewals. Default: 5 000. */
  readonly retryMs?: number;
  readonly signal?: AbortSignal;
}

/** A Lease that is ours until it is released or lost. */
export interface HeldLease {
  readonly name: string;
  readonly namespace: string;
  /** Aborts when the Lease could not be renewed or somebody else took it: stop writing at once. */
  readonly lost: AbortSignal;
  /**
   * When others may take it, unless it is renewed before; milliseconds since the epoch. A machine that slept past it wakes up
   * without the Lease, and does not know yet.
   */
  validUntil(): number;
  /** Ends the renewals and gives the Lease up, so that a controller need not wait for it to run out. */
  release(): Promise<void>;
}
