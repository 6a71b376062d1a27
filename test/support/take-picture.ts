import { isFluxError } from '../../src/lib/core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readText } from '../../src/lib/core/read-object.ts';
import type { ApiResource, KubeClient } from '../../src/lib/engine/kube/index.ts';
import {
  LEFT_OUT_EVENTS,
  LEFT_OUT_KINDS,
  LEFT_OUT_NAMES,
  MASKED_EVENT_ANNOTATIONS,
  maskObject,
  maskText,
} from './picture-masks.ts';

/** All that is there after a step, masked, by `Kind/namespace/name`. */
export type Picture = Readonly<Record<string, JsonValue>>;

/**
 * Takes a picture of all objects whose namespace or name has a history's mark in it, and of the events about Flux's objects.
 *
 * @param mark the history's namespace; other namespaces and all that has none have it in their name
 */
export async function takePicture(kube: KubeClient, mark: string): Promise<Picture> {
  kube.forgetDiscovery();
  const picture: Record<string, JsonValue> = {};
  const all = await kube.list({ apiVersion: 'v1', kind: 'Namespace' }, { metadataOnly: true });
  const namespaces = all.items.map(({ metadata }) => metadata.name).filter((name) => isMarked(name, mark));
  for (const resource of await kube.resources()) {
    if (!resource.verbs.includes('list') || LEFT_OUT_KINDS[resource.kind] !== undefined) continue;
    for (const object of await listMarked(kube, resource, mark, namespaces)) {
      const { namespace = '', name } = object.metadata;
      if (LEFT_OUT_NAMES.includes(`${resource.kind}/${name}`)) continue;
      picture[`${object.kind}/${namespace}/${name}`] = maskObject(object as unknown as JsonObject);
    }
  }
  picture['events'] = await listEvents(kube, mark);
  return picture;
}

async function listMarked(
  kube: KubeClient,
  { group, version, kind, namespaced }: ApiResource,
  mark: string,
  namespaces: readonly string[],
): Promise<K8sObject[]> {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const list = async (options: { namespace?: string } = {}): Promise<K8sObject[]> => {
    try {
      return (await kube.list({ apiVersion, kind }, options)).items;
    } catch (error) {
      // Its definition went after discovery had been asked.
      if (isFluxError(error, 'kube/unknown-kind') || isFluxError(error, 'kube/not-found')) return [];
      throw error;
    }
  };
  const named = (item: K8sObject): K8sObject => ({ ...item, apiVersion, kind });
  if (!namespaced) {
    return (await list()).filter(({ metadata }) => isMarked(metadata.name, mark)).map(named);
  }
  const lists = await Promise.all(namespaces.map((namespace) => list({ namespace })));
  return lists.flat().map(named);
}

/** Whether a name is the mark, or has it as its beginning or behind a dot; `kill-12` does not have the mark `kill-1`. */
function isMarked(name: string, mark: string): boolean {
  const at = name.indexOf(mark);
  if (at < 0 || (at > 0 && name[at - 1] !== '.')) return false;
  return /^($|[-.])/.test(name.slice(at + mark.length));
}

/** The events, in the order of their text, each with how often it came and what is annotated. */
async function listEvents(kube: KubeClient, mark: string): Promise<JsonObject> {
  const { items } = await kube.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: mark });
  const events: Record<string, number> = {};
  for (const event of items) {
    const kind = readText(event, 'involvedObject', 'kind');
    if (kind !== 'Kustomization' && kind !== 'GitRepository') continue;
    const message = maskText(readText(event, 'message'));
    if (LEFT_OUT_EVENTS.some(([pattern]) => pattern.test(message))) continue;
    const who = `${readText(event, 'source', 'component')} ${readText(event, 'reportingComponent')}`;
    const about = `${kind}/${readText(event, 'involvedObject', 'name')}`;
    const all = Object.entries(event.metadata.annotations ?? {});
    const annotated = all.map(([key, value]) => [key, MASKED_EVENT_ANNOTATIONS[key] === undefined ? value : '*']);
    const annotations = JSON.stringify(annotated.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
    const text = `${about} ${readText(event, 'type')} ${readText(event, 'reason')} by ${who} ${annotations}: ${message}`;
    const count = event['count'];
    events[text] = (events[text] ?? 0) + (typeof count === 'number' ? count : 1);
  }
  return Object.fromEntries(Object.entries(events).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One thing that two pictures do not agree on. */
export interface Difference {
  /** `Kind/namespace/name`, or `events`. */
  readonly object: string;
  readonly path: string;
  readonly driven: JsonValue | undefined;
  readonly controlled: JsonValue | undefined;
}

/** Lists what two pictures do not agree on; objects, lists and texts down to the smallest place. */
export function comparePictures(driven: Picture, controlled: Picture): Difference[] {
  const differences: Difference[] = [];
  const compare = (object: string, path: string, a: JsonValue | undefined, b: JsonValue | undefined): void => {
    if (JSON.stringify(a) === JSON.stringify(b)) return;
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let index = 0; index < Math.max(a.length, b.length); index++) compare(object, `${path}/${index}`, a[index], b[index]);
    } else if (isJsonObject(a) && isJsonObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(object, `${path}/${key}`, a[key], b[key]);
    } else if (a !== b) differences.push({ object, path, driven: a, controlled: b });
  };
  for (const id of new Set([...Object.keys(driven), ...Object.keys(controlled)])) compare(id, '', driven[id], controlled[id]);
  return differences;
}
