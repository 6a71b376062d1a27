import { FluxError, isFluxError } from '../../core/errors.ts';
import { FINALIZER } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import type { Condition } from '../../engine/conditions/index.ts';
import { readConditions } from '../../engine/conditions/index.ts';
import type { KubeClient } from '../../engine/kube/index.ts';

/** What a run wants the status to be; members that are absent stay as they are, `null` removes. */
export interface StatusChange {
  /** Makes the new list out of the one that the object has. It may be called several times. */
  readonly conditions?: (conditions: readonly Condition[], object: K8sObject) => Condition[];
  readonly fields?: JsonObject;
}

/** Where the status of one object lives. */
export interface StatusStore {
  /** The object as last read or written, with what was noted since. */
  current(): K8sObject;
  /** Makes sure that deleting the object leaves time to clean up. */
  addFinalizer(): Promise<void>;
  /** Lets a deleted object go. */
  removeFinalizer(): Promise<void>;
  /** Changes the status at once, here only: it is stored together with what is written next. */
  note(change: StatusChange): void;
  /** Stores what was noted, and then the change. */
  update(change: StatusChange): Promise<void>;
  /** Stores what was noted, if anything was. */
  flush(): Promise<void>;
}

/** How often a write is tried that others get in the way of. */
const ATTEMPTS = 5;

/**
 * Makes a store in the object's own status, written as Flux's controllers write it: a merge patch under a lock on the
 * version, done again on what is newer where somebody else was faster. Writes never overtake one another.
 *
 * Source: fluxcd/pkg runtime/patch
 *
 * @param fieldManager of the controller that we stand in for
 */
export function clusterStatusStore(first: K8sObject, kube: KubeClient, fieldManager: string): StatusStore {
  let stored = first;
  /** What is not stored yet, the oldest first. */
  let changes: readonly StatusChange[] = [];
  let last: Promise<void> = Promise.resolve();
  const retry = async (write: () => Promise<K8sObject>): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        stored = await write();
        return;
      } catch (error) {
        if (!isFluxError(error, 'kube/conflict') || attempt === ATTEMPTS) throw error;
        const newest = await kube.get(refOf(first));
        if (newest === undefined || newest.metadata.uid !== first.metadata.uid) throw goneError(first);
        stored = newest;
      }
    }
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const storeAll = async (): Promise<void> => {
    const batch = changes;
    if (batch.length === 0) return;
    await retry(() => {
      const patch = { metadata: versionOf(stored), status: statusPatch(stored, batch) };
      return kube.patch(refOf(stored), patch, { type: 'merge', fieldManager, subresource: 'status' });
    });
    changes = changes.filter((change) => !batch.includes(change));
  };
  return {
    current: () => changes.reduce(withChange, stored),
    addFinalizer: () =>
      inTurn(() =>
        retry(async () => {
          const finalizers = stored.metadata.finalizers ?? [];
          if (finalizers.includes(FINALIZER) || stored.metadata.deletionTimestamp !== undefined) return stored;
          const patch = { metadata: { ...versionOf(stored), finalizers: [...finalizers, FINALIZER] } };
          return kube.patch(refOf(stored), patch, { type: 'merge', fieldManager });
        }),
      ),
    removeFinalizer: () =>
      inTurn(() =>
        retry(async () => {
          const finalizers = (stored.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
          const patch = { metadata: { ...versionOf(stored), finalizers } };
          return kube.patch(refOf(stored), patch, { type: 'merge', fieldManager });
        }),
      ),
    note(change) {
      changes = [...changes, change];
    },
    update: (change) =>
      inTurn(async () => {
        changes = [...changes, change];
        try {
          await storeAll();
        } finally {
          // What could not be stored is the caller's to try again; what was noted before it stays noted.
          changes = changes.filter((other) => other !== change);
        }
      }),
    flush: () => inTurn(storeAll),
  };
}

/**
 * Makes a store in memory, for objects that exist only in files.
 *
 * @param save keeps the object's status somewhere after each change
 */
export function memoryStatusStore(first: K8sObject, save: (object: K8sObject) => Promise<void>): StatusStore {
  let object = first;
  let isStored = true;
  const store = async (): Promise<void> => {
    isStored = true;
    await save(object);
  };
  return {
    current: () => object,
    addFinalizer: () => Promise.resolve(),
    removeFinalizer: () => Promise.resolve(),
    note(change) {
      object = withChange(object, change);
      isStored = false;
    },
    async update(change) {
      object = withChange(object, change);
      await store();
    },
    async flush() {
      if (!isStored) await store();
    },
  };
}

/** The object as it is once the change is made. */
function withChange(object: K8sObject, { fields = {}, conditions }: StatusChange): K8sObject {
  const status: JsonObject = isJsonObject(object['status']) ? { ...object['status'] } : {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete status[key];
    else status[key] = value;
  }
  if (conditions !== undefined) status['conditions'] = conditions(readConditions(object), object) as JsonValue;
  return { ...object, status };
}

/** One merge patch for all changes. */
function statusPatch(object: K8sObject, changes: readonly StatusChange[]): JsonObject {
  const fields = Object.assign({}, ...changes.map((change) => change.fields)) as JsonObject;
  if (changes.every(({ conditions }) => conditions === undefined)) return fields;
  return { ...fields, conditions: readConditions(changes.reduce(withChange, object)) as JsonValue };
}

function versionOf(object: K8sObject): JsonObject {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

function goneError(object: K8sObject): FluxError {
  return new FluxError('reconcile/gone', `${formatSubject(refOf(object))} was deleted meanwhile`, { subject: refOf(object) });
}
