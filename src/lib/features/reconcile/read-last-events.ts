import { isFluxError } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { readPath, readText } from '../../core/read-object.ts';
import type { KubeClient } from '../../engine/kube/index.ts';

/** Of so many objects: who has more that are not healthy looks at the first ones first. */
const MOST_OBJECTS = 5;
/** Of each object. */
const MOST_EVENTS = 3;

/**
 * Reads what was last told about objects, as lines for a person. Warnings come before all else.
 *
 * Effects: reads events; where they may not be read there are none
 *
 * @example await readLastEvents([ref], kube) // ['Job/apps/seed: BackoffLimitExceeded: Job has reached the specified backoff limit']
 */
export async function readLastEvents(refs: readonly ObjectRef[], kube: Pick<KubeClient, 'list'>): Promise<string[]> {
  const lines = await mapBounded(refs.slice(0, MOST_OBJECTS), MOST_OBJECTS, async (ref) => {
    const { kind, name, namespace = 'default' } = ref;
    const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
    try {
      const { items } = await kube.list({ apiVersion: 'v1', kind: 'Event' }, { namespace, fieldSelector });
      const newest = items.toSorted((a, b) => rankOf(b) - rankOf(a) || timeOf(b) - timeOf(a)).slice(0, MOST_EVENTS);
      return newest.map((event) => `${formatSubject(ref)}: ${formatEvent(event)}`);
    } catch (error) {
      if (!isFluxError(error)) throw error;
      return [];
    }
  });
  return lines.flat();
}

function rankOf(event: K8sObject): number {
  return event['type'] === 'Warning' ? 1 : 0;
}

function timeOf(event: K8sObject): number {
  const text =
    readText(event, 'series', 'lastObservedTime') ||
    readText(event, 'lastTimestamp') ||
    readText(event, 'eventTime') ||
    (event.metadata.creationTimestamp ?? '');
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

function formatEvent(event: K8sObject): string {
  const count = Number(readPath(event, 'series', 'count') ?? readPath(event, 'count') ?? 1);
  return `${readText(event, 'reason')}${count > 1 ? ` (${count} times)` : ''}: ${readText(event, 'message').trim()}`;
}
