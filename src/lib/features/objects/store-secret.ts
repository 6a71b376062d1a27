import { isJsonObject } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import { readPath, readText } from '../../core/read-object.ts';
import type { ObjectWriter } from './ports.ts';
import { storeObject, type StoredObject } from './store-object.ts';

/** What storing a Secret did. */
export interface StoredSecret extends StoredObject {
  /** Keys that were there and are not among the wanted ones. They stay. */
  readonly otherKeys: readonly string[];
  /** The type that it has, where that is not the wanted one: a Secret keeps its type for life. */
  readonly keptType?: string;
}

/**
 * Stores a Secret, and tells what of an older one is still in it.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/create_secret.go upsertSecret
 */
export async function storeSecret(
  wanted: K8sObject,
  kube: ObjectWriter,
  options: { fieldManager: string; signal?: AbortSignal },
): Promise<StoredSecret> {
  const live = await kube.get(refOf(wanted));
  if (live === undefined) return { ...(await storeObject(wanted, kube, options)), otherKeys: [] };
  const keys = isJsonObject(wanted['stringData']) ? wanted['stringData'] : {};
  const data = readPath(live, 'data');
  const otherKeys = isJsonObject(data) ? Object.keys(data).filter((key) => !Object.hasOwn(keys, key)) : [];
  const wantedType = readText(wanted, 'type') || 'Opaque';
  const liveType = readText(live, 'type') || 'Opaque';
  const { type: _type, ...content } = wanted;
  const stored = await storeObject(content as K8sObject, kube, options);
  return { ...stored, otherKeys, ...(liveType === wantedType ? {} : { keptType: liveType }) };
}
