import { isFluxError } from '../../core/errors.ts';
import type { K8sObject, KindRef } from '../../core/objects.ts';
import type { HealthReader } from './types.ts';

type WatchOptions = Parameters<HealthReader['watch']>[1];
type WatchEvent = HealthReader['watch'] extends (...args: never[]) => AsyncIterable<infer Event> ? Event : never;

/** So many single objects of a kind and namespace are watched by themselves; from then on one watch is for all of them. */
const SINGLE_WATCHES = 2;

/** Somebody who hears what a shared watch tells. */
interface Listener {
  readonly hear: (event: WatchEvent) => void;
  readonly end: (error: unknown) => void;
}

/** One watch over a kind in a namespace. */
interface SharedWatch {
  readonly listeners: Set<Listener>;
  readonly objects: Map<string, K8sObject>;
  readonly stop: AbortController;
  isSynced: boolean;
}

/**
 * Makes a reader that watches each kind and namespace once, however many wait for objects there.
 *
 * Effects: those of the reader; a watch ends when nobody listens any more
 */
export function shareWatches(reader: HealthReader): HealthReader {
  const shared = new Map<string, SharedWatch>();
  const singles = new Map<string, number>();

  const open = (key: string, kind: KindRef, namespace: string | undefined): SharedWatch => {
    const watch: SharedWatch = { listeners: new Set(), objects: new Map(), stop: new AbortController(), isSynced: false };
    shared.set(key, watch);
    const end = (error: unknown): void => {
      if (shared.get(key) === watch) shared.delete(key);
      for (const listener of watch.listeners) listener.end(error);
    };
    const listen = async (): Promise<void> => {
      const place = namespace === undefined ? {} : { namespace };
      for await (const event of reader.watch(kind, { ...place, signal: watch.stop.signal })) {
        if (event.type === 'SYNCED') watch.isSynced = true;
        else if (event.type === 'DELETED') watch.objects.delete(event.object.metadata.name);
        else watch.objects.set(event.object.metadata.name, event.object);
        for (const listener of watch.listeners) listener.hear(event);
      }
    };
    listen().then(() => end(undefined), end);
    return watch;
  };

  return {
    get: (ref, options) => reader.get(ref, options),
    list: (kind, options) => reader.list(kind, options),
    async *watch(kind, options) {
      if (options.labelSelector !== undefined) {
        yield* reader.watch(kind, options);
        return;
      }
      const key = `${kind.apiVersion}/${kind.kind}/${options.namespace ?? ''}`;
      const alone = singles.get(key) ?? 0;
      const isSingle = options.fieldSelector !== undefined;
      if (isSingle && !shared.has(key) && alone < SINGLE_WATCHES) {
        singles.set(key, alone + 1);
        try {
          yield* reader.watch(kind, options);
        } finally {
          singles.set(key, (singles.get(key) ?? 1) - 1);
        }
        return;
      }
      const watch = shared.get(key) ?? open(key, kind, options.namespace);
      try {
        yield* follow(watch, options);
      } catch (error) {
        // Who may watch single objects only does that.
        if (!isSingle || !isFluxError(error, 'kube/forbidden')) throw error;
        yield* reader.watch(kind, options);
      } finally {
        if (watch.listeners.size === 0) {
          if (shared.get(key) === watch) shared.delete(key);
          watch.stop.abort();
        }
      }
    },
  };
}

/** Gives what a shared watch knows already, and then what it tells, until the signal of whoever asked. */
async function* follow(watch: SharedWatch, { fieldSelector, signal }: WatchOptions): AsyncGenerator<WatchEvent> {
  const name = fieldSelector === undefined ? undefined : /^metadata\.name=(.+)$/.exec(fieldSelector)?.[1];
  let events: WatchEvent[] = [...watch.objects.values()].map((object) => ({ type: 'ADDED', object }));
  if (watch.isSynced) events.push({ type: 'SYNCED' });
  let news = Promise.withResolvers<void>();
  let over: { readonly error: unknown } | undefined;
  const end = (error: unknown): void => {
    over ??= { error };
    news.resolve();
  };
  const listener: Listener = {
    hear(event) {
      events.push(event);
      news.resolve();
    },
    end,
  };
  const onAbort = (): void => end(signal.reason);
  watch.listeners.add(listener);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    for (;;) {
      const batch = events;
      events = [];
      for (const event of batch) {
        if (event.type === 'SYNCED' || name === undefined || event.object.metadata.name === name) yield event;
      }
      if (events.length > 0) continue;
      if (over?.error !== undefined) throw over.error;
      if (over !== undefined) return;
      await news.promise;
      news = Promise.withResolvers();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    watch.listeners.delete(listener);
  }
}
