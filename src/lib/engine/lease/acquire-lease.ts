import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import { formatLeaseRecord, type LeaseRecord, parseLeaseRecord } from './lease-record.ts';
import type { HeldLease, LeaseClient, LeaseOptions } from './types.ts';

type Timing = Required<Pick<LeaseOptions, 'durationMs' | 'renewDeadlineMs' | 'retryMs'>>;
type Settings = LeaseOptions & Timing;

/** client-go's names and Flux's numbers; fluxcd/pkg runtime/leaderelection. */
const DEFAULTS: Timing = { durationMs: 35_000, renewDeadlineMs: 30_000, retryMs: 5_000 };

/** Stands in the identities that `formatIdentity` makes, so that a holder is known for one of us. */
const OWN_MARK = 'flux-ts';

/** A Lease that ran out this long ago is dead whatever our clocks; one that ran out just now is looked at once more. */
const SURELY_DEAD_MS = 300_000;

/**
 * Takes a leader-election Lease, as a controller would, and renews it until it is released. A Lease that ran out a short
 * while ago is watched for one renewal first: the holder's clock may be behind ours.
 *
 * Effects: reads and writes the Lease
 * Source: client-go tools/leaderelection; fluxcd/pkg runtime/leaderelection
 * Differs: does not wait for a living holder but refuses, naming it
 *
 * @returns `undefined` where the namespace does not exist, so that no controller can run in it
 * @throws {FluxError} lease/held: somebody else holds it
 */
export async function acquireLease(client: LeaseClient, options: LeaseOptions): Promise<HeldLease | undefined> {
  const settings = { ...DEFAULTS, ...options };
  const { clock, identity, namespace, name } = settings;
  const within = options.signal === undefined ? {} : { signal: options.signal };
  const ref: ObjectRef = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name };
  const before = await client.get(ref, within);
  const record = before === undefined ? undefined : parseLeaseRecord(before);
  if (before !== undefined && record !== undefined && record.holder !== '' && record.holder !== identity) {
    await checkDead(client, ref, before, record, settings, options.signal);
  }
  const now = clock.now();
  const taken: LeaseRecord = {
    holder: identity,
    durationMs: settings.durationMs,
    acquiredAt: now,
    renewedAt: now,
    transitions: record === undefined ? 0 : record.transitions + (record.holder === identity ? 0 : 1),
  };
  let lease: K8sObject;
  try {
    lease =
      before === undefined
        ? await client.create(leaseObject(ref, taken), within)
        : await client.replace({ ...before, spec: formatLeaseRecord(taken) }, within);
  } catch (cause) {
    if (isFluxError(cause, 'kube/not-found')) return undefined;
    if (isFluxError(cause, 'kube/conflict') || isFluxError(cause, 'kube/already-exists')) {
      throw heldError(ref, 'another process, which was faster', { cause });
    }
    throw cause;
  }
  return renewUntilReleased(client, ref, lease, taken, settings);
}

/**
 * Makes the identity of a run: host, our mark, and what no other process has.
 *
 * Effects: none
 * Source: client-go's users take `<host>_<uuid>`
 *
 * @example formatIdentity('laptop', '6f1c') // 'laptop_flux-ts_6f1c'
 */
export function formatIdentity(hostName: string, uniqueId: string): string {
  return `${hostName}_${OWN_MARK}_${uniqueId}`;
}

async function checkDead(
  client: LeaseClient,
  ref: ObjectRef,
  lease: K8sObject,
  record: LeaseRecord,
  settings: Settings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const overdueMs = settings.clock.now() - (record.renewedAt + record.durationMs);
  if (overdueMs <= 0) throw heldError(ref, record.holder, { freeInMs: -overdueMs });
  if (overdueMs > SURELY_DEAD_MS) return;
  await settings.clock.sleep(settings.retryMs + 1_000, signal);
  const later = await client.get(ref, signal === undefined ? {} : { signal });
  if (later !== undefined && later.metadata.resourceVersion !== lease.metadata.resourceVersion) {
    throw heldError(ref, parseLeaseRecord(later).holder || record.holder);
  }
}

function renewUntilReleased(
  client: LeaseClient,
  ref: ObjectRef,
  first: K8sObject,
  taken: LeaseRecord,
  settings: Settings,
): HeldLease {
  const { clock, retryMs, renewDeadlineMs } = settings;
  const lost = new AbortController();
  const stop = new AbortController();
  let lease = first;
  let record = taken;
  const renew = async (): Promise<void> => {
    const next = { ...record, renewedAt: clock.now() };
    lease = await client.replace({ ...lease, spec: formatLeaseRecord(next) });
    record = next;
  };
  const work = (async () => {
    for (;;) {
      try {
        await clock.sleep(retryMs, stop.signal);
      } catch {
        return;
      }
      try {
        await renew();
      } catch (error) {
        if (stop.signal.aborted) return;
        const live = await client.get(ref).catch(() => undefined);
        const isTaken = live !== undefined && parseLeaseRecord(live).holder !== record.holder;
        if (live !== undefined && !isTaken) lease = live;
        if (!isTaken && clock.now() - record.renewedAt < renewDeadlineMs) continue;
        lost.abort(
          new FluxError('lease/lost', `Lease ${ref.namespace}/${ref.name} was lost: ${messageOf(error)}`, {
            subject: ref,
            cause: error,
            hint: 'a controller may have taken over; nothing more was written, run again when it is stopped',
          }),
        );
        return;
      }
    }
  })();
  return {
    name: ref.name,
    namespace: ref.namespace ?? '',
    lost: lost.signal,
    validUntil: () => record.renewedAt + record.durationMs,
    release: async () => {
      stop.abort();
      await work;
      if (lost.signal.aborted) return;
      const now = clock.now();
      // A record with no holder and one second is what client-go leaves on release.
      const free = { ...record, holder: '', durationMs: 1_000, acquiredAt: now, renewedAt: now };
      try {
        await client.replace({ ...lease, spec: formatLeaseRecord(free) });
      } catch (error) {
        // Someone else has it already, or it runs out by itself.
        if (!isFluxError(error)) throw error;
      }
    },
  };
}

function leaseObject(ref: ObjectRef, record: LeaseRecord): K8sObject {
  const { name, namespace = '' } = ref;
  return {
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name, namespace },
    spec: formatLeaseRecord(record),
  };
}

function heldError(ref: ObjectRef, holder: string, { freeInMs, cause }: { freeInMs?: number; cause?: unknown } = {}): FluxError {
  const controller = ref.name.replace(/-leader-election.*$/, '');
  const freeInSeconds = freeInMs === undefined ? undefined : Math.ceil(freeInMs / 1_000);
  const isOurs = holder.includes(`_${OWN_MARK}_`);
  const wait = freeInSeconds === undefined ? 'soon' : `in ${freeInSeconds} s`;
  return new FluxError('lease/held', `Lease ${ref.namespace}/${ref.name} is held by ${holder}`, {
    subject: ref,
    cause,
    details: { holder, ...(freeInSeconds === undefined ? {} : { freeInSeconds }) },
    hint: isOurs
      ? `another run of flux-ts is at work: wait for it; if it was killed, its Lease runs out ${wait}, then run this again`
      : `let the controller do it (leave --drive off), or stop it first: ` +
        `kubectl -n ${ref.namespace} scale deployment ${controller} --replicas=0`,
  });
}
