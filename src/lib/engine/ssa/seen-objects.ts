import type { K8sObject, ObjectRef } from '../../core/objects.ts';

/**
 * Live objects as they were when they were last seen. What is remembered may be old: a dry run tells the version that it was
 * made on, and only what has that version is believed.
 */
export interface SeenObjects {
  get(ref: ObjectRef): K8sObject | undefined;
  set(object: K8sObject): void;
  /** Takes note of objects of a kind in a namespace that somebody may want and nobody has seen. */
  addUnseen(ref: ObjectRef, count: number): void;
  /** How many of them there were since the last list. */
  countUnseen(ref: ObjectRef): number;
  /** Says that a kind is being listed in a namespace: the counting begins anew. */
  noteList(ref: ObjectRef, listing: Promise<void>): void;
  /** Waits for the list that is under way, if one is. */
  whenListed(ref: ObjectRef): Promise<void>;
}

/** A tenth of what the largest clusters have; some tens of megabytes. */
const MOST_OBJECTS = 20_000;

/**
 * Makes a memory of live objects, for one identity.
 *
 * Effects: none
 *
 * @param most how many are kept; the one that was set the longest ago goes first
 */
export function createSeenObjects(most: number = MOST_OBJECTS): SeenObjects {
  const objects = new Map<string, K8sObject>();
  const unseen = new Map<string, number>();
  const listings = new Map<string, Promise<void>>();
  return {
    get: (ref) => objects.get(keyOf(ref)),
    set(object) {
      const { apiVersion, kind, metadata } = object;
      const key = keyOf({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' });
      objects.delete(key);
      objects.set(key, object);
      if (objects.size <= most) return;
      const [oldest] = objects.keys();
      if (oldest !== undefined) objects.delete(oldest);
    },
    addUnseen(ref, count) {
      const place = placeOf(ref);
      unseen.set(place, (unseen.get(place) ?? 0) + count);
    },
    countUnseen: (ref) => unseen.get(placeOf(ref)) ?? 0,
    noteList(ref, listing) {
      const place = placeOf(ref);
      unseen.delete(place);
      listings.set(place, listing);
      const end = (): void => {
        if (listings.get(place) === listing) listings.delete(place);
      };
      listing.then(end, end);
    },
    whenListed: async (ref) => await listings.get(placeOf(ref)),
  };
}

/** A kind, in its version, in a namespace. */
export function placeOf({ apiVersion, kind, namespace = '' }: ObjectRef): string {
  return `${apiVersion}/${kind}/${namespace}`;
}

function keyOf(ref: ObjectRef): string {
  return `${placeOf(ref)}/${ref.name}`;
}
