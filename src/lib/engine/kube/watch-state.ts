import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { isK8sObject, type K8sObject } from '../../core/objects.ts';
import type { WatchEvent } from './types.ts';

/** Set on the bookmark that ends the initial objects. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** What a watch knows between connections. */
export interface WatchState {
  /** The objects as last told, by namespace and name. */
  readonly known: Map<string, K8sObject>;
  /** Those told in the synchronisation under way; absent outside of one. */
  seen?: Set<string> | undefined;
  /** True once the consumer was told that the initial objects are complete. */
  synced: boolean;
  /** Where to go on; absent means from the beginning. */
  resourceVersion?: string | undefined;
}

/** What one line of a watch means: events for the consumer, or the end of this connection. */
export interface WatchStep {
  readonly events: readonly WatchEvent[];
  /** Set where the server ended the watch: its version is too old, or another failure, as a Status. */
  readonly ended?: { readonly expired: boolean; readonly status: JsonValue };
}

/** A watch that knows nothing yet, or goes on from a version. */
export function createWatchState(resourceVersion?: string): WatchState {
  return { known: new Map(), synced: false, resourceVersion };
}

/** Begins to be told every object anew: at the start, and where the version is too old to go on from. */
export function beginSync(state: WatchState): void {
  state.resourceVersion = undefined;
  state.seen = new Set();
}

/**
 * Ends a synchronisation: what was known and not told again is gone.
 *
 * @param resourceVersion where to go on
 */
export function endSync(state: WatchState, resourceVersion: string): WatchEvent[] {
  const { seen } = state;
  state.seen = undefined;
  state.resourceVersion = resourceVersion;
  const events: WatchEvent[] = [];
  if (seen !== undefined) {
    for (const [key, object] of state.known) {
      if (seen.has(key)) continue;
      state.known.delete(key);
      events.push({ type: 'DELETED', object });
    }
  }
  if (!state.synced) {
    state.synced = true;
    events.push({ type: 'SYNCED' });
  }
  return events;
}

/** Takes one object of a synchronisation: new, changed, made anew under its old name, or as known. */
export function applyInitial(state: WatchState, object: K8sObject): WatchEvent[] {
  const key = keyOf(object);
  const before = state.known.get(key);
  state.known.set(key, object);
  state.seen?.add(key);
  if (before === undefined) return [{ type: 'ADDED', object }];
  if (before.metadata.uid !== object.metadata.uid) {
    return [
      { type: 'DELETED', object: before },
      { type: 'ADDED', object },
    ];
  }
  return before.metadata.resourceVersion === object.metadata.resourceVersion ? [] : [{ type: 'MODIFIED', object }];
}

/**
 * Takes one event as the server sent it.
 *
 * @param event the JSON of one line
 * @param complete gives an object its own type back where only metadata were asked for
 */
export function applyEvent(state: WatchState, event: JsonValue, complete: (object: K8sObject) => K8sObject): WatchStep {
  if (!isJsonObject(event)) return { events: [] };
  const { type, object: raw } = event;
  if (type === 'ERROR') {
    const expired = isJsonObject(raw) && (raw['code'] === 410 || raw['reason'] === 'Expired' || raw['reason'] === 'Gone');
    return { events: [], ended: { expired, status: raw ?? null } };
  }
  if (type === 'BOOKMARK') return { events: applyBookmark(state, raw) };
  if (!isK8sObject(raw)) return { events: [] };
  const object = complete(raw);
  if (state.seen !== undefined && type === 'ADDED') return { events: applyInitial(state, object) };
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return { events: [] };
  const key = keyOf(object);
  if (type === 'DELETED') {
    state.known.delete(key);
    state.seen?.delete(key);
  } else {
    state.known.set(key, object);
    state.seen?.add(key);
  }
  // In a synchronisation the objects come in no order of versions: none of them is a place to go on from.
  if (state.seen === undefined && object.metadata.resourceVersion !== undefined) {
    state.resourceVersion = object.metadata.resourceVersion;
  }
  return { events: [{ type, object }] };
}

function applyBookmark(state: WatchState, bookmark: JsonValue | undefined): WatchEvent[] {
  const metadata = isJsonObject(bookmark) ? bookmark['metadata'] : undefined;
  if (!isJsonObject(metadata) || typeof metadata['resourceVersion'] !== 'string') return [];
  const annotations = metadata['annotations'];
  const ends = isJsonObject(annotations) && annotations[INITIAL_EVENTS_END] === 'true';
  if (state.seen !== undefined) return ends ? endSync(state, metadata['resourceVersion']) : [];
  state.resourceVersion = metadata['resourceVersion'];
  return [];
}

function keyOf(object: K8sObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
