import { equalJson, isJsonObject, type JsonObject } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import { readPath } from '../../core/read-object.ts';
import type { ObjectWriter } from './ports.ts';

/** What storing an object did. */
export interface StoredObject {
  readonly object: K8sObject;
  readonly action: 'created' | 'updated' | 'unchanged';
}

/**
 * Creates an object, or sets the labels, the annotations and the content of the one that is there to what is wanted.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/create_*.go upsert
 * Differs: labels that others set are kept; upstream replaces them all. Nothing is written where nothing changes.
 */
export async function storeObject(
  wanted: K8sObject,
  kube: ObjectWriter,
  options: { fieldManager: string; signal?: AbortSignal },
): Promise<StoredObject> {
  const live = await kube.get(refOf(wanted));
  if (live === undefined) return { object: await kube.create(wanted, options), action: 'created' };
  const content = contentOf(withoutStored(wanted, live));
  const metadata = { ...live.metadata, ...marksOf(mergeMarks(live, wanted)) };
  const next: K8sObject = { ...live, ...content, metadata };
  if (isSame(live, next) || (await leavesAsIs(live, next, kube, options))) return { object: live, action: 'unchanged' };
  return { object: await kube.replace(next, options), action: 'updated' };
}

/** Asks the API server what it would make of an object: the defaults that it fills in make two look different that are not. */
async function leavesAsIs(
  live: K8sObject,
  next: K8sObject,
  kube: ObjectWriter,
  options: { fieldManager: string; signal?: AbortSignal },
): Promise<boolean> {
  try {
    return isSame(live, await kube.replace(next, { ...options, dryRun: true }));
  } catch {
    // A webhook may not know dry runs; whatever else is wrong, the write itself will tell.
    return false;
  }
}

function isSame(a: K8sObject, b: K8sObject): boolean {
  return equalJson(contentOf(a), contentOf(b)) && equalJson(marksOf(a.metadata), marksOf(b.metadata));
}

function mergeMarks(live: K8sObject, wanted: K8sObject): Marks {
  return {
    labels: { ...live.metadata.labels, ...wanted.metadata.labels },
    annotations: { ...live.metadata.annotations, ...wanted.metadata.annotations },
  };
}

interface Marks {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** Labels and annotations, those that there are: an empty map is none. */
function marksOf({ labels = {}, annotations = {} }: Marks): JsonObject {
  return Object.fromEntries(Object.entries({ labels, annotations }).filter(([, map]) => Object.keys(map).length > 0));
}

/** Leaves out the `stringData` of a Secret that holds all of it already; the API server keeps it as base64 under `data`. */
function withoutStored(wanted: K8sObject, live: K8sObject): K8sObject {
  const { stringData, ...rest } = wanted;
  if (!isJsonObject(stringData)) return wanted;
  const isStored = Object.entries(stringData).every(
    ([key, text]) => readPath(live, 'data', key) === Buffer.from(String(text), 'utf8').toString('base64'),
  );
  return isStored ? (rest as K8sObject) : wanted;
}

function contentOf(object: K8sObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, status: _status, ...content } = object;
  return content;
}
