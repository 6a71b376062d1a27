import type { K8sObject, KindRef } from '../../core/objects.ts';
import { describeEvent, type EventQuery, type EventRow } from './list-events.ts';

/** What following events needs of the cluster. */
export interface EventWatcher {
  watch(
    kind: KindRef,
    options: { namespace?: string; signal: AbortSignal },
  ): AsyncIterable<{ type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: K8sObject } | { type: 'SYNCED' }>;
}

/**
 * Follows events: those that are there first, then each as it comes, until the signal ends it.
 *
 * Effects: reads the cluster
 *
 * @param emit is given each row
 */
export async function watchEvents(
  query: EventQuery,
  kube: EventWatcher,
  signal: AbortSignal,
  emit: (row: EventRow) => void,
): Promise<void> {
  const places = query.namespaces.length === 0 ? [{}] : query.namespaces.map((namespace) => ({ namespace }));
  await Promise.all(
    places.map(async (place) => {
      try {
        for await (const event of kube.watch({ apiVersion: 'v1', kind: 'Event' }, { ...place, signal })) {
          if (event.type === 'SYNCED' || event.type === 'DELETED' || !query.fits(event.object)) continue;
          emit(describeEvent(event.object));
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }),
  );
}
