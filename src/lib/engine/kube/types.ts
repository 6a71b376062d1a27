import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { K8sObject, KindRef, ObjectRef } from '../../core/objects.ts';

/** A resource type that the API server serves. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The lower-case plural that stands in URLs. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Options of a list. */
export interface ListOptions {
  /** Absent means all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** True asks for PartialObjectMetadata only. */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** A list as it was at one resource version. Pages are joined. */
export interface ObjectList {
  readonly items: K8sObject[];
  readonly resourceVersion: string;
}

/** Options of a watch. */
export interface WatchOptions extends ListOptions {
  /** Where to start; absent means: first every object there is as `ADDED`, then `SYNCED`, then what changes. */
  readonly resourceVersion?: string;
}

/** One event of a watch. `SYNCED` says that the initial objects are complete; reconnects and expired versions are handled inside. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: K8sObject }
  | { readonly type: 'SYNCED' };

/** What every write takes. */
export interface WriteOptions {
  readonly fieldManager?: string;
  /** True asks the server to answer as if, and store nothing. */
  readonly dryRun?: boolean;
  /** How the server treats unknown fields; its own default is Warn. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly signal?: AbortSignal;
}

/** Options of a server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes over fields that others own. */
  readonly force?: boolean;
  readonly subresource?: string;
}

/** Options of a patch. */
export interface PatchOptions extends WriteOptions {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly subresource?: string;
}

/** Options of a delete. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun?: boolean;
  /** Deletes only the very object with this uid. */
  readonly uid?: string;
  /** Deletes the object only as it is in this version: `kube/conflict` where it has changed since. */
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

/** A raw request; the path is absolute (`/version`) and may have a query. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly body?: JsonValue;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/**
 * A client of one API server under one identity. Objects go in and come out as raw JSON: no field is dropped.
 *
 * Errors are `FluxError`s: `kube/unreachable`, `kube/unauthorized` (401), `kube/forbidden` (403), `kube/not-found` (404),
 * `kube/already-exists` and `kube/conflict` (409), `kube/gone` (410), `kube/invalid` (422), `kube/too-many-requests` (429),
 * `kube/timeout`, `kube/unknown-kind` (no such resource type is served), `kube/server-error` (all else).
 * `details` has `{status, reason, causes?}` as the server gave them; the message is the server's own.
 */
export interface KubeClient {
  /** The server's URL, without credentials. */
  readonly server: string;
  /** The impersonated user; absent where the client acts as itself. */
  readonly user?: string;

  /** Reads an object; `undefined` where there is none. */
  get(ref: ObjectRef, options?: { metadataOnly?: boolean; signal?: AbortSignal }): Promise<K8sObject | undefined>;
  list(kind: KindRef, options?: ListOptions): Promise<ObjectList>;
  watch(kind: KindRef, options: WatchOptions & { signal: AbortSignal }): AsyncIterable<WatchEvent>;
  create(object: K8sObject, options?: WriteOptions): Promise<K8sObject>;
  /** Replaces an object (HTTP PUT); with a resourceVersion in it, only if it did not change. */
  replace(object: K8sObject, options?: WriteOptions & { subresource?: string }): Promise<K8sObject>;
  apply(object: K8sObject, options: ApplyOptions): Promise<K8sObject>;
  patch(ref: ObjectRef, patch: JsonValue, options: PatchOptions): Promise<K8sObject>;
  /** Deletes an object; false where there was none. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;

  /** The resource type of a kind, from discovery; `undefined` where the server has none, even after asking anew. */
  resourceOf(kind: KindRef): Promise<ApiResource | undefined>;
  /** All resource types served, preferred versions first. */
  resources(): Promise<readonly ApiResource[]>;
  /** Forgets what discovery said; needed after a definition was applied. */
  forgetDiscovery(): void;
  /** The server's version: `{gitVersion, major, minor, …}`. */
  serverVersion(): Promise<JsonObject>;
  request(request: RawRequest): Promise<JsonValue>;
  /** Reads what a path answers as bytes, as they come: what `request` would take for a text. */
  stream(path: string, options: { signal: AbortSignal }): Promise<AsyncIterable<Uint8Array>>;

  /** The same connection under another identity; only the `Impersonate-User` header is sent, as Flux does. */
  impersonate(user: string): KubeClient;
  /** Ends the connections of this client and of all that were made from it. */
  close(): Promise<void>;
}
