import type { JsonValue } from '../../core/json.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';

/** What reading objects needs of the cluster. */
export interface ObjectReader {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
  list(
    kind: KindRef,
    options?: { namespace?: string; labelSelector?: string; fieldSelector?: string; signal?: AbortSignal },
  ): Promise<{ items: K8sObject[]; resourceVersion: string }>;
}

/** What waiting for objects needs of the cluster. */
export interface ObjectWatcher extends ObjectReader {
  watch(
    kind: KindRef,
    options: {
      namespace?: string;
      fieldSelector?: string;
      labelSelector?: string;
      resourceVersion?: string;
      signal: AbortSignal;
    },
  ): AsyncIterable<{ type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: K8sObject } | { type: 'SYNCED' }>;
}

/** What changing objects needs of the cluster. */
export interface ObjectWriter extends ObjectWatcher {
  create(object: K8sObject, options?: { fieldManager?: string; signal?: AbortSignal }): Promise<K8sObject>;
  replace(object: K8sObject, options?: { fieldManager?: string; dryRun?: boolean; signal?: AbortSignal }): Promise<K8sObject>;
  patch(
    ref: ObjectRef,
    patch: JsonValue,
    options: { type: 'merge'; fieldManager?: string; signal?: AbortSignal },
  ): Promise<K8sObject>;
  delete(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<boolean>;
}
