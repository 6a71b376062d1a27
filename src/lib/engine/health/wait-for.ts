import { isFluxError } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import { computeStatus, type StatusResult } from '../kstatus/index.ts';
import { findFailedPods, podsOf } from './failed-pods.ts';
import { createStatusBoard, keyOf } from './status-board.ts';
import type { HealthReader, HealthReport, ObjectHealth, WaitOptions } from './types.ts';

const NOT_FOUND: StatusResult = { status: 'NotFound', reason: 'NotFound', message: 'Resource not found' };
const GONE: StatusResult = { status: 'Current', reason: '', message: 'Job is done and gone' };
const POD: KindRef = { apiVersion: 'v1', kind: 'Pod' };
const READS_AT_ONCE = 8;

/** From so many objects of a kind in a namespace on, one list is cheaper than reading each. */
const LIST_FROM = 16;

const DEFAULT_INTERVAL_MS = 2_000;

/**
 * Waits until all objects are Current, one has Failed, or the time is over. What is not known to be Current is read once; what
 * is not ready then is watched, one watch per kind and namespace, or read again and again where watching is not allowed.
 *
 * Effects: reads the cluster
 * Source: fluxcd/pkg ssa/manager_wait.go WaitForSetWithContext
 * Differs: watches where upstream polls every five seconds
 *
 * @throws the signal's reason when it aborts; {FluxError} of the reader
 */
export async function waitFor(refs: readonly ObjectRef[], reader: HealthReader, options: WaitOptions): Promise<HealthReport> {
  const { clock, failFast = true, intervalMs = DEFAULT_INTERVAL_MS } = options;
  const began = clock.now();
  const over = Promise.withResolvers<HealthReport['outcome']>();
  const stop = new AbortController();
  const seen = new Map<string, K8sObject>();
  const judge = (): void => {
    const statuses = board.objects().map(({ status }) => status);
    const isFailed = statuses.includes('Failed');
    if (statuses.every((status) => status === 'Current')) over.resolve('ready');
    else if (isFailed && (failFast || statuses.every((s) => s === 'Current' || s === 'Failed'))) over.resolve('failed');
  };
  const board = createStatusBoard(refs, (object: ObjectHealth) => {
    options.onStatus?.(object);
    judge();
  });
  const noteObject = (object: K8sObject): void => {
    const ref = refOf(object);
    seen.set(keyOf(ref), object);
    board.note(ref, options.customStatus?.(object) ?? computeStatus(object, clock.now()));
  };
  const noteKnown = (ref: ObjectRef): void => {
    const object = options.known?.(ref);
    if (object === undefined) return;
    const result = options.customStatus?.(object) ?? computeStatus(object, clock.now());
    if (result.status === 'Current') noteObject(object);
  };
  const noteAbsence = (ref: ObjectRef): void => {
    seen.delete(keyOf(ref));
    board.note(ref, options.isDoneWhenGone?.(ref) === true ? GONE : NOT_FOUND);
  };
  const noteRead = (ref: ObjectRef, object: K8sObject | undefined): void => {
    if (object === undefined) noteAbsence(ref);
    else noteObject(object);
  };
  const readAll = async (which: readonly ObjectRef[]): Promise<void> => {
    const single = await readLists(which, reader, stop.signal, noteRead);
    await mapBounded(single, READS_AT_ONCE, async (ref) => noteRead(ref, await readOne(reader, ref, stop.signal)));
  };

  const pollGroup = async (group: readonly ObjectRef[]): Promise<void> => {
    for (;;) {
      await clock.sleep(intervalMs, stop.signal);
      await readAll(group);
    }
  };
  const watchGroup = async (group: readonly ObjectRef[]): Promise<void> => {
    const [first] = group;
    if (first === undefined) return;
    const missing = new Map(group.map((ref) => [keyOf(ref), ref]));
    const events = reader.watch(first, {
      ...(first.namespace === undefined ? {} : { namespace: first.namespace }),
      ...(group.length === 1 ? { fieldSelector: `metadata.name=${first.name}` } : {}),
      signal: stop.signal,
    });
    try {
      for await (const event of events) {
        if (event.type === 'SYNCED') for (const ref of missing.values()) noteAbsence(ref);
        else if (event.type === 'DELETED') noteAbsence(refOf(event.object));
        else {
          missing.delete(keyOf(refOf(event.object)));
          noteObject(event.object);
        }
      }
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!isFluxError(error, 'kube/forbidden') && !isFluxError(error, 'kube/unknown-kind')) throw error;
    }
    if (!stop.signal.aborted) await pollGroup(group);
  };
  const notePods = (ref: ObjectRef, pods: Iterable<K8sObject>): void => {
    const failure = findFailedPods(pods, clock.now());
    if (failure !== undefined && board.pending().includes(ref)) board.note(ref, failure);
  };
  const watchPods = async (ref: ObjectRef, workload: K8sObject): Promise<void> => {
    const which = podsOf(workload);
    if (which === undefined) return;
    const pods = new Map<string, K8sObject>();
    try {
      for await (const event of reader.watch(POD, { ...which, signal: stop.signal })) {
        if (event.type === 'SYNCED') continue;
        if (event.type === 'DELETED') pods.delete(event.object.metadata.name);
        else pods.set(event.object.metadata.name, event.object);
        notePods(ref, pods.values());
      }
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!isFluxError(error, 'kube/forbidden')) throw error;
      for (;;) {
        notePods(ref, (await reader.list(POD, { ...which, signal: stop.signal })).items);
        await clock.sleep(intervalMs, stop.signal);
      }
    }
  };
  /** Some states turn into others by nothing but time. */
  const judgeAnew = async (): Promise<void> => {
    const watched = new Set<string>();
    for (;;) {
      for (const ref of board.pending()) {
        const object = seen.get(keyOf(ref));
        if (object === undefined) continue;
        noteObject(object);
        if (watched.has(keyOf(ref))) continue;
        watched.add(keyOf(ref));
        // Whoever may not read pods goes by what the workload says.
        run(
          watchPods(ref, object).catch((error: unknown) => {
            if (!isFluxError(error, 'kube/forbidden')) throw error;
          }),
        );
      }
      await clock.sleep(intervalMs, stop.signal);
    }
  };

  const onAbort = (): void => over.reject(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const run = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => {
      if (!stop.signal.aborted) over.reject(error);
    });
  };
  try {
    options.signal?.throwIfAborted();
    run(clock.sleep(options.timeoutMs, stop.signal).then(() => over.resolve('timeout')));
    for (const ref of refs) noteKnown(ref);
    run(
      readAll(board.pending()).then(() => {
        judge();
        const pending = board.pending();
        for (const group of groupByPlace(pending)) run(watchGroup(group));
        if (pending.length > 0) run(judgeAnew());
      }),
    );
    const outcome = await over.promise;
    return { outcome, objects: board.objects(), elapsedMs: clock.now() - began };
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

/**
 * Reads the kinds of which many objects are wanted by a list each.
 *
 * @returns what is left to be read one by one: few of a kind, or a kind that may not be listed
 */
async function readLists(
  refs: readonly ObjectRef[],
  reader: HealthReader,
  signal: AbortSignal,
  note: (ref: ObjectRef, object: K8sObject | undefined) => void,
): Promise<readonly ObjectRef[]> {
  const groups = await mapBounded(groupByPlace(refs), READS_AT_ONCE, async (group) => {
    const [first] = group;
    if (first === undefined || group.length < LIST_FROM) return group;
    const place = first.namespace === undefined ? {} : { namespace: first.namespace };
    try {
      const { items } = await reader.list({ apiVersion: first.apiVersion, kind: first.kind }, { ...place, signal });
      // Items of a list may lack what the list says once for all of them.
      const { apiVersion, kind } = first;
      const found = new Map(items.map((item) => [item.metadata.name, { ...item, apiVersion, kind }]));
      for (const ref of group) note(ref, found.get(ref.name));
      return [];
    } catch (error) {
      if (isFluxError(error, 'kube/forbidden') || isFluxError(error, 'kube/unknown-kind')) return group;
      throw error;
    }
  });
  return groups.flat();
}

/** A kind that is not served (yet) has no objects. */
async function readOne(reader: HealthReader, ref: ObjectRef, signal: AbortSignal): Promise<K8sObject | undefined> {
  try {
    return await reader.get(ref, { signal });
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  }
}

function groupByPlace(refs: readonly ObjectRef[]): ObjectRef[][] {
  const groups = new Map<string, ObjectRef[]>();
  for (const ref of refs) {
    const place = `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ''}`;
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [ref]);
    else group.push(ref);
  }
  return [...groups.values()];
}
