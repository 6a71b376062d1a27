import { isFluxError } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import type { ApplyCluster } from './types.ts';

/**
 * From so many objects of a kind in a namespace on, one list is cheaper than reading each, even where the namespace has
 * others.
 */
const LIST_FROM = 16;

/** Reads live objects; what was listed beforehand costs nothing. */
export type LiveReader = (ref: ObjectRef) => Promise<K8sObject | undefined>;

/**
 * Lists the kinds of which many objects are wanted, and makes a reader that falls back to single reads for all others.
 *
 * Effects: reads the cluster
 */
export async function openLiveReader(
  objects: readonly K8sObject[],
  cluster: ApplyCluster,
  concurrency: number,
  signal: AbortSignal | undefined,
): Promise<LiveReader> {
  const within = signal === undefined ? {} : { signal };
  const groups = Map.groupBy(objects, (object) => placeOf(refOf(object)));
  const listed = new Map<string, ReadonlyMap<string, K8sObject>>();
  await mapBounded([...groups], concurrency, async ([place, group]) => {
    const [first] = group;
    if (first === undefined || group.length < LIST_FROM) return;
    const { namespace } = first.metadata;
    const options = namespace === undefined || namespace === '' ? within : { namespace, ...within };
    try {
      const { items } = await cluster.list({ apiVersion: first.apiVersion, kind: first.kind }, options);
      // Items of a list may lack what the list says once for all of them.
      const named = items.map((item) => ({ ...item, apiVersion: first.apiVersion, kind: first.kind }));
      listed.set(place, new Map(named.map((item) => [item.metadata.name, item])));
    } catch (error) {
      if (!isFluxError(error)) throw error;
    }
  });
  return async (ref) => {
    const known = listed.get(placeOf(ref));
    return known === undefined ? await cluster.get(ref, within) : known.get(ref.name);
  };
}

function placeOf({ apiVersion, kind, namespace = '' }: ObjectRef): string {
  return `${apiVersion}/${kind}/${namespace}`;
}
