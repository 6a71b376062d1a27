import { FluxError, isFluxError } from '../../core/errors.ts';
import { FINALIZER } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import type { Condition } from '../../engine/conditions/index.ts';
import { readConditions } from '../../engine/conditions/index.ts';
import type { KubeClient } from '../../engine/kube/index.ts';

/** What a run wants the status to be; members that are absent stay as they are, `null` removes. */
export interface StatusChange {
  /** Makes the new list out of the one that is stored. */
  readonly conditions?: (conditions: readonly Condition[]) => Condition[];
  readonly fields?: JsonObject;
}

/** Where the status of one object lives. */
export interface StatusStore {
  /** The object as last read or written. */
  current(): K8sObject;
  /** Makes sure that deleting the object leaves time to clean up. */
  addFinalizer(): Promise<void>;
  /** Lets a deleted object go. */
  removeFinalizer(): Promise<void>;
  update(change: StatusChange): Promise<void>;
}

/** How often a write is tried that others get in the way of. */
const ATTEMPTS = 5;

/**
 * Makes a store in the object's own status, written as Flux's controllers write it: a merge patch under a lock on the
 * version, done again on what is newer where somebody else was faster.
 *
 * Source: fluxcd/pkg runtime/patch
 *
 * @param fieldManager of the controller that we stand in for
 */
export function clusterStatusStore(first: K8sObject, kube: KubeClient, fieldManager: string): StatusStore {
  let object = first;
  const retry = async (write: () => Promise<K8sObject>): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        object = await write();
        return;
      } catch (error) {
        if (!isFluxError(error, 'kube/conflict') || attempt === ATTEMPTS) throw error;
        const newest = await kube.get(refOf(first));
        if (newest === undefined || newest.metadata.uid !== first.metadata.uid) throw goneError(first);
        object = newest;
      }
    }
  };
  return {
    current: () => object,
    addFinalizer: () =>
      retry(async () => {
        const finalizers = object.metadata.finalizers ?? [];
        if (finalizers.includes(FINALIZER) || object.metadata.deletionTimestamp !== undefined) return object;
        const patch = { metadata: { ...versionOf(object), finalizers: [...finalizers, FINALIZER] } };
        return kube.patch(refOf(object), patch, { type: 'merge', fieldManager });
      }),
    removeFinalizer: () =>
      retry(async () => {
        const finalizers = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
        const patch = { metadata: { ...versionOf(object), finalizers } };
        return kube.patch(refOf(object), patch, { type: 'merge', fieldManager });
      }),
    update: (change) =>
      retry(async () => {
        const status: JsonObject = { ...change.fields };
        if (change.conditions !== undefined) status['conditions'] = change.conditions(readConditions(object)) as JsonValue;
        const patch = { metadata: versionOf(object), status };
        return kube.patch(refOf(object), patch, { type: 'merge', fieldManager, subresource: 'status' });
      }),
  };
}

/**
 * Makes a store in memory, for objects that exist only in files.
 *
 * @param save keeps the object's status somewhere after each change
 */
export function memoryStatusStore(first: K8sObject, save: (object: K8sObject) => Promise<void>): StatusStore {
  let object = first;
  return {
    current: () => object,
    addFinalizer: () => Promise.resolve(),
    removeFinalizer: () => Promise.resolve(),
    update: async (change) => {
      const before = isJsonObject(object['status']) ? object['status'] : {};
      const status: JsonObject = { ...before };
      for (const [key, value] of Object.entries(change.fields ?? {})) {
        if (value === null) delete status[key];
        else status[key] = value;
      }
      if (change.conditions !== undefined) status['conditions'] = change.conditions(readConditions(object)) as JsonValue;
      object = { ...object, status };
      await save(object);
    },
  };
}

function versionOf(object: K8sObject): JsonObject {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

function goneError(object: K8sObject): FluxError {
  return new FluxError('reconcile/gone', `${formatSubject(refOf(object))} was deleted meanwhile`, { subject: refOf(object) });
}
