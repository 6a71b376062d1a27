import { isFluxError } from '../../core/errors.ts';
import { type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { placeOf, type SeenObjects } from './seen-objects.ts';
import type { ApplyCluster } from './types.ts';

/**
 * From so many objects of a kind in a namespace on, one list is cheaper than reading each, even where the namespace has
 * others.
 */
const LIST_FROM = 16;

/** Reads live objects. */
export interface LiveReader {
  /** As the object is now. */
  read(ref: ObjectRef): Promise<K8sObject | undefined>;
  /** As the object is in a certain version, if it still is; it is read only where that was not seen before. */
  readVersion(ref: ObjectRef, resourceVersion: string | undefined): Promise<K8sObject | undefined>;
}

/**
 * Makes a reader of the objects: one that was seen in the version that is wanted is not read, and the first of many that
 * has to be has its kind listed in its namespace. What is not there yet is never read at all.
 *
 * Effects: none by itself; what it reads is added to what was seen
 */
export function openLiveReader(
  objects: readonly K8sObject[],
  cluster: Pick<ApplyCluster, 'get' | 'list'>,
  seen: SeenObjects,
  signal: AbortSignal | undefined,
): LiveReader {
  const within = signal === undefined ? {} : { signal };
  for (const group of Map.groupBy(objects.map(refOf), placeOf).values()) {
    const unseen = group.filter((ref) => seen.get(ref) === undefined);
    if (unseen[0] !== undefined) seen.addUnseen(unseen[0], unseen.length);
  }
  const list = async ({ apiVersion, kind, namespace }: ObjectRef): Promise<void> => {
    const options = namespace === undefined || namespace === '' ? within : { namespace, ...within };
    try {
      const { items } = await cluster.list({ apiVersion, kind }, options);
      // Items of a list may lack what the list says once for all of them.
      for (const item of items) seen.set({ ...item, apiVersion, kind });
    } catch (error) {
      if (!isFluxError(error)) throw error;
    }
  };
  const read: LiveReader['read'] = async (ref) => {
    const object = await cluster.get(ref, within);
    if (object !== undefined) seen.set(object);
    return object;
  };
  return {
    read,
    async readVersion(ref, resourceVersion) {
      const isSeen = (known: K8sObject | undefined): boolean => known?.metadata.resourceVersion === resourceVersion;
      if (seen.get(ref) === undefined && seen.countUnseen(ref) >= LIST_FROM) seen.noteList(ref, list(ref));
      if (!isSeen(seen.get(ref))) await seen.whenListed(ref);
      const known = seen.get(ref);
      return isSeen(known) ? known : read(ref);
    },
  };
}
