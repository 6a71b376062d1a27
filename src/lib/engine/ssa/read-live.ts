import { isFluxError } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
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
 * Lists the kinds of which many objects are wanted and were not seen yet, and makes a reader that reads each other one when
 * it is asked for.
 *
 * Effects: reads the cluster; adds to what was seen
 */
export async function openLiveReader(
  objects: readonly K8sObject[],
  cluster: Pick<ApplyCluster, 'get' | 'list'>,
  seen: SeenObjects,
  concurrency: number,
  signal: AbortSignal | undefined,
): Promise<LiveReader> {
  const within = signal === undefined ? {} : { signal };
  const unseen = objects.map(refOf).filter((ref) => seen.get(ref) === undefined);
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
  await mapBounded([...Map.groupBy(unseen, placeOf).values()], concurrency, async (group) => {
    const [first] = group;
    if (first === undefined || seen.countUnseen(first, group.length) < LIST_FROM) return;
    const listing = list(first);
    seen.noteList(first, listing);
    await listing;
  });
  const read: LiveReader['read'] = async (ref) => {
    const object = await cluster.get(ref, within);
    if (object !== undefined) seen.set(object);
    return object;
  };
  return {
    read,
    async readVersion(ref, resourceVersion) {
      await seen.whenListed(ref);
      const known = seen.get(ref);
      return known !== undefined && known.metadata.resourceVersion === resourceVersion ? known : read(ref);
    },
  };
}
