import { cloneJson, equalJson, isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../../../../src/lib/core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../../../../src/lib/core/objects.ts';
import type { Progress } from '../../../../../src/lib/core/progress.ts';
import type { ObjectWriter } from '../../../../../src/lib/features/objects/index.ts';

/** Objects in memory behind the port that the feature declares, and what was asked of them. It judges nothing. */
export interface MemoryStore {
  readonly kube: ObjectWriter & {
    /** As a server-side apply of one manager; what did not change keeps its resource version. */
    apply(object: K8sObject, options: { fieldManager: string }): Promise<K8sObject>;
    /** Every kind is served. */
    resourceOf(): Promise<unknown>;
  };
  /** Each write: `patch Kustomization/apps/web`. */
  readonly writes: string[];
  /** The field managers of the writes. */
  readonly managers: string[];
  /** What each list was asked for. */
  readonly lists: Record<string, unknown>[];
  get(name: string): K8sObject | undefined;
  /** Stores an object as somebody else would; who watches hears of it. */
  put(object: K8sObject): void;
  /** Takes an object away as somebody else would. */
  remove(name: string): void;
  /** Hears each write, for somebody who answers it (a controller). */
  onWrite?: (object: K8sObject) => void;
}

type Heard = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: K8sObject };

/** Makes a store that holds some objects. */
export function memoryStore(objects: readonly K8sObject[] = [], errors: Readonly<Record<string, Error>> = {}): MemoryStore {
  const held = new Map(objects.map((object) => [formatSubject(refOf(object)), object]));
  const listeners = new Set<(event: Heard) => void>();
  const put = (object: K8sObject): void => {
    const key = formatSubject(refOf(object));
    const type = held.has(key) ? 'MODIFIED' : 'ADDED';
    held.set(key, object);
    for (const listener of listeners) listener({ type, object });
  };
  const remove = (name: string): void => {
    const object = held.get(name);
    held.delete(name);
    if (object !== undefined) for (const listener of listeners) listener({ type: 'DELETED', object });
  };
  const fail = (what: string): void => {
    if (errors[what] !== undefined) throw errors[what];
  };
  const store: MemoryStore = {
    writes: [],
    managers: [],
    lists: [],
    get: (name) => held.get(name),
    put,
    remove,
    kube: {
      async get(ref) {
        fail(`get ${formatSubject(ref)}`);
        return held.get(formatSubject(ref));
      },
      async list(kind, options = {}) {
        store.lists.push({ ...options });
        const name = options.fieldSelector?.replace('metadata.name=', '');
        const items = [...held.values()].filter(
          ({ kind: its, metadata }) =>
            its === kind.kind &&
            (options.namespace === undefined || metadata.namespace === options.namespace) &&
            (name === undefined || metadata.name === name),
        );
        return { items, resourceVersion: '1' };
      },
      async *watch(kind, options) {
        const queue: Heard[] = [];
        let wake = (): void => {};
        const fits = ({ kind: its, metadata }: K8sObject): boolean =>
          its === kind.kind &&
          (options.namespace === undefined || metadata.namespace === options.namespace) &&
          (options.fieldSelector === undefined || options.fieldSelector === `metadata.name=${metadata.name}`);
        const listener = (event: Heard): void => {
          if (fits(event.object)) queue.push(event);
          wake();
        };
        for (const object of held.values()) if (fits(object)) queue.push({ type: 'ADDED', object });
        listeners.add(listener);
        const onAbort = (): void => wake();
        options.signal.addEventListener('abort', onAbort);
        try {
          while (queue.length > 0) yield queue.shift() as Heard;
          yield { type: 'SYNCED' };
          for (;;) {
            options.signal.throwIfAborted();
            const event = queue.shift();
            if (event !== undefined) yield event;
            else await new Promise<void>((resolve) => (wake = resolve));
          }
        } finally {
          options.signal.removeEventListener('abort', onAbort);
          listeners.delete(listener);
        }
      },
      async create(object, options) {
        return write('create', object, options?.fieldManager);
      },
      async replace(object, options) {
        if (options?.dryRun === true) return object;
        return write('replace', object, options?.fieldManager);
      },
      async apply(object, { fieldManager }) {
        const live = held.get(formatSubject(refOf(object)));
        const merged = mergePatch(live, object) as K8sObject;
        if (live !== undefined && equalJson(live, merged)) return live;
        const resourceVersion = String(store.writes.length + 1);
        return write('apply', { ...merged, metadata: { ...merged.metadata, resourceVersion } }, fieldManager);
      },
      async resourceOf() {
        return {};
      },
      async patch(ref, patch, options) {
        const live = held.get(formatSubject(ref));
        if (live === undefined) throw new Error(`${formatSubject(ref)} is not there`);
        return write('patch', mergePatch(live, patch) as K8sObject, options.fieldManager);
      },
      async delete(ref: ObjectRef) {
        const name = formatSubject(ref);
        fail(`delete ${name}`);
        store.writes.push(`delete ${name}`);
        const live = held.get(name);
        // A finalizer holds the object, as in a cluster.
        if ((live?.metadata.finalizers ?? []).length === 0) remove(name);
        return live !== undefined;
      },
    },
  };
  const write = (verb: string, object: K8sObject, manager: string | undefined): K8sObject => {
    const what = `${verb} ${formatSubject(refOf(object))}`;
    fail(what);
    store.writes.push(what);
    store.managers.push(manager ?? '');
    put(object);
    store.onWrite?.(object);
    return object;
  };
  return store;
}

/** Merges as RFC 7396 says: null takes a member away. */
function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? cloneJson(target) : {};
  for (const [key, member] of Object.entries(patch)) {
    if (member === null) delete merged[key];
    else if (member !== undefined) setOwn(merged, key, mergePatch(merged[key], member));
  }
  return merged;
}

/** A story that is kept, line by line, with a word for each mark. */
export function keptStory(): Progress & { readonly told: string[] } {
  const told: string[] = [];
  const as = (mark: string) => (text: string) => void told.push(`${mark} ${text}`);
  return {
    told,
    action: as('►'),
    generate: as('✚'),
    waiting: as('◎'),
    success: as('✔'),
    warning: as('⚠️'),
    failure: as('✗'),
    detail: as(' '),
  };
}
