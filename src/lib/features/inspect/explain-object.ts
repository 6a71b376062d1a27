import { isFluxError } from '../../core/errors.ts';
import { CONDITION, GROUP } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { findKind } from '../../core/kinds.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../core/read-object.ts';
import { parseInventoryEntry } from '../../engine/inventory/index.ts';
import { computeStatus } from '../../engine/kstatus/index.ts';
import { describePod, isPodWell } from './describe-pod.ts';
import { describeEvent } from './list-events.ts';
import type { CommitFinding } from './explain-commit.ts';
import { suggestMend } from './suggest-mend.ts';
import type { InspectReader } from './ports.ts';
import { readLinks, type TraceLink, traceObject } from './trace-objects.ts';

/** What is known of one thing on the way to the cause. */
export interface Finding extends ObjectRef {
  readonly ready: boolean;
  /** One CamelCase word, where there is one. */
  readonly reason?: string;
  readonly message: string;
  /** RFC 3339; since when it is so. */
  readonly since?: string;
  /** Image of the container that it is about. */
  readonly image?: string;
}

/** Why an object is as it is. */
export interface Explanation {
  readonly object: Finding;
  /** From the object down to what is wrong. */
  readonly below: readonly Finding[];
  /** From what applied the object up to its source. */
  readonly from: readonly TraceLink[];
  /** The commit that it is from, where one was asked for. */
  readonly commit?: CommitFinding;
  /** What would mend it. */
  readonly mend?: string;
}

/** So many objects of an inventory are looked at. */
const MOST_OBJECTS = 500;
const READS_AT_ONCE = 8;
/** Kustomization, its Deployment, its pod: deeper down there is nothing more to see. */
const DEEPEST = 4;

/**
 * Finds the root cause of an object's state: down to the pod that fails or the object that is not ready, and up by what
 * applied it to its source.
 *
 * Effects: reads the cluster
 *
 * @param now milliseconds since the epoch
 */
export async function explainObject(object: K8sObject, kube: InspectReader, now: number): Promise<Explanation> {
  const own = judge(object, now);
  const below = own.ready ? [] : await lookBelow(object, kube, now, DEEPEST);
  const from = await lookUp(object, kube);
  const mend = suggestMend(own, below, from);
  return { object: own, below, from, ...(mend === undefined ? {} : { mend }) };
}

/**
 * Explains an object that is not there, by the Kustomization that speaks of it.
 *
 * Effects: reads the cluster
 *
 * @returns `undefined` where none does
 */
export async function explainMissing(ref: ObjectRef, kube: InspectReader): Promise<Explanation | undefined> {
  const kind = { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization' };
  const { items } = await kube.list(kind);
  const subject = formatSubject(ref);
  const speaks = items.find((item) => {
    const message = readText(readCondition(item, CONDITION.ready), 'message');
    return message.split(/[\s,;:]+/).includes(subject);
  });
  if (speaks === undefined) return undefined;
  const own: Finding = { ...ref, ready: false, message: 'it is not in the cluster' };
  const from = await readLinks(speaks, kube);
  const mend = suggestMend(own, [], from);
  return { object: own, below: [], from, ...(mend === undefined ? {} : { mend }) };
}

/** How an object is by itself. */
function judge(object: K8sObject, now: number): Finding {
  const ref = refOf(object);
  const row = findKind(groupOf(object), object.kind);
  const ready = readCondition(object, CONDITION.ready);
  if (row !== undefined && readPath(object, 'spec', 'suspend') === true) {
    const message = readText(ready, 'message');
    return {
      ...ref,
      ready: false,
      reason: 'Suspended',
      message: message === '' ? 'it is suspended' : `it is suspended; ${message}`,
    };
  }
  if (row?.reconciled === true) {
    const status = readText(ready, 'status');
    const message = readText(ready, 'message') || 'waiting to be reconciled';
    return { ...ref, ready: status === 'True', message, ...reasonOf(ready), ...sinceOf(ready) };
  }
  if (object.kind === 'Pod' && groupOf(object) === '') {
    const trouble = describePod(object);
    const isWell = isPodWell(object);
    const message = trouble?.message ?? computeStatus(object, now).message;
    const image = trouble?.image;
    return {
      ...ref,
      ready: isWell,
      message,
      ...(trouble === undefined ? {} : { reason: trouble.reason }),
      ...sinceOf(readCondition(object, CONDITION.ready)),
      ...(image === undefined ? {} : { image }),
    };
  }
  const { status, message } = computeStatus(object, now);
  const failing = readList(object, 'status', 'conditions').find(
    (condition) =>
      ['Available', 'Ready', 'Progressing'].includes(readText(condition, 'type')) && readText(condition, 'status') === 'False',
  );
  return { ...ref, ready: status === 'Current', message, ...reasonOf(failing), ...sinceOf(failing) };
}

function reasonOf(condition: unknown): { reason?: string } {
  const reason = isJsonObject(condition) ? readText(condition, 'reason') : '';
  return reason === '' ? {} : { reason };
}

function sinceOf(condition: unknown): { since?: string } {
  const since = isJsonObject(condition) ? readText(condition, 'lastTransitionTime') : '';
  return since === '' ? {} : { since };
}

/** What is wrong below an object that is not ready; each is below the one before. */
async function lookBelow(object: K8sObject, kube: InspectReader, now: number, depth: number): Promise<Finding[]> {
  if (depth === 0) return [];
  const found = await firstBelow(object, kube, now);
  if (found !== undefined) return [judge(found, now), ...(await lookBelow(found, kube, now, depth - 1))];
  const event = await lastWarning(refOf(object), kube);
  return event === undefined ? [] : [event];
}

async function firstBelow(object: K8sObject, kube: InspectReader, now: number): Promise<K8sObject | undefined> {
  const entries = readList(object, 'status', 'inventory', 'entries');
  if (findKind(groupOf(object), object.kind) !== undefined) {
    // What is in another cluster is not to be looked for here.
    if (readPath(object, 'spec', 'kubeConfig') !== undefined) return undefined;
    const refs = entries
      .slice(0, MOST_OBJECTS)
      .map((entry) => parseInventoryEntry({ id: readText(entry, 'id'), v: readText(entry, 'v') }));
    const objects = await mapBounded(refs, READS_AT_ONCE, (ref) => getIfAllowed(ref, kube));
    return objects.find((one) => one !== undefined && !judge(one, now).ready);
  }
  const labels = readPath(object, 'spec', 'selector', 'matchLabels');
  const { namespace } = refOf(object);
  if (namespace === undefined || !isJsonObject(labels)) return undefined;
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const list = async (apiVersion: string, kind: string): Promise<K8sObject[]> => {
    const { items } = await kube.list({ apiVersion, kind }, { namespace, labelSelector });
    return items.map((item) => ({ ...item, apiVersion, kind }));
  };
  const pods = (await list('v1', 'Pod')).filter((pod) => !isPodWell(pod));
  const telling = pods.find((pod) => describePod(pod) !== undefined) ?? pods[0];
  if (telling !== undefined || object.kind !== 'Deployment') return telling;
  return (await list('apps/v1', 'ReplicaSet')).find((set) => Number(readPath(set, 'spec', 'replicas') ?? 0) > 0);
}

/** The last warning about an object, as something that is below it. */
async function lastWarning(ref: ObjectRef, kube: InspectReader): Promise<Finding | undefined> {
  const { items } = await kube.list(
    { apiVersion: 'v1', kind: 'Event' },
    {
      ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
      fieldSelector: `involvedObject.kind=${ref.kind},involvedObject.name=${ref.name},type=Warning`,
    },
  );
  const last = items.map(describeEvent).toSorted((a, b) => Date.parse(b.lastSeen) - Date.parse(a.lastSeen))[0];
  if (last === undefined) return undefined;
  return { ...ref, ready: false, reason: last.reason, message: last.message, since: last.lastSeen };
}

async function getIfAllowed(ref: ObjectRef, kube: InspectReader): Promise<K8sObject | undefined> {
  try {
    return await kube.get(ref);
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden') || isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  }
}

async function lookUp(object: K8sObject, kube: InspectReader): Promise<TraceLink[]> {
  const isRoot =
    (object.kind === 'Kustomization' && groupOf(object) === GROUP.kustomize) ||
    (object.kind === 'HelmRelease' && groupOf(object) === GROUP.helm);
  if (isRoot) return (await readLinks(object, kube)).slice(1);
  try {
    return [...(await traceObject(object, kube)).links];
  } catch (error) {
    if (isFluxError(error, 'inspect/not-managed') || isFluxError(error, 'inspect/not-found')) return [];
    throw error;
  }
}
