import type { JsonObject, JsonValue } from './json.ts';

/** An owner reference of an object's metadata. */
export interface OwnerReference extends JsonObject {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
}

/** One entry of `metadata.managedFields`. */
export interface ManagedFieldsEntry extends JsonObject {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: JsonObject;
  subresource?: string;
}

/** Kubernetes object metadata; fields that we do not name are kept as they are. */
export interface ObjectMeta extends JsonObject {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  deletionTimestamp?: string;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** A Kubernetes object as plain JSON. Never a class, never narrowed to the fields that we know. */
export interface K8sObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The type of an object. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Names one object. `namespace` is absent for cluster-scoped objects. */
export interface ObjectRef extends KindRef {
  readonly namespace?: string;
  readonly name: string;
}

/**
 * Splits an apiVersion; the core group is the empty string.
 *
 * @example parseApiVersion('apps/v1') // { group: 'apps', version: 'v1' }
 */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Joins group and version; the core group gives the bare version. */
export function formatApiVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The group of an object or reference; empty for the core group. */
export function groupOf(object: KindRef): string {
  return parseApiVersion(object.apiVersion).group;
}

/** The reference that names an object. */
export function refOf(object: K8sObject): ObjectRef {
  const { apiVersion, kind, metadata } = object;
  return metadata.namespace === undefined || metadata.namespace === ''
    ? { apiVersion, kind, name: metadata.name }
    : { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/**
 * The subject text that Flux uses in events and messages.
 *
 * Source: fluxcd/pkg ssa/utils FmtUnstructured
 *
 * @example formatSubject({ apiVersion: 'v1', kind: 'Service', namespace: 'apps', name: 'web' }) // 'Service/apps/web'
 */
export function formatSubject(ref: ObjectRef): string {
  return ref.namespace === undefined || ref.namespace === ''
    ? `${ref.kind}/${ref.name}`
    : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** Tells whether a value has what every Kubernetes object has: apiVersion, kind and a name. */
export function isK8sObject(value: JsonValue | undefined): value is K8sObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return false;
  return typeof metadata['name'] === 'string';
}
