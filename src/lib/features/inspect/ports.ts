import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';

/** What reading single objects needs of the cluster. */
export interface ObjectGetter {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
}

/** What finding and listing objects needs of the cluster. */
export interface InspectReader extends ObjectGetter {
  list(
    kind: KindRef,
    options?: { namespace?: string; labelSelector?: string; fieldSelector?: string },
  ): Promise<{ readonly items: K8sObject[] }>;
  resources(): Promise<readonly ServedResource[]>;
}

/** A resource type, as words may name it. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
}
