import { FluxError } from '../../core/errors.ts';
import { equalJson, type JsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';

/** What making a tenant needs of the cluster. */
export interface TenantStore {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
  create(object: K8sObject, options?: { fieldManager?: string; signal?: AbortSignal }): Promise<K8sObject>;
  replace(object: K8sObject, options?: { fieldManager?: string; signal?: AbortSignal }): Promise<K8sObject>;
  apply(object: K8sObject, options: { fieldManager: string; force?: boolean; signal?: AbortSignal }): Promise<K8sObject>;
  delete(ref: ObjectRef, options?: { uid?: string; signal?: AbortSignal }): Promise<boolean>;
  /** Undefined where the server has no such kind. */
  resourceOf(kind: KindRef): Promise<unknown>;
}

/** What happened to one object of a tenant. */
export interface AppliedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly action: 'created' | 'configured' | 'unchanged';
}

/** Who writes; upstream's CLI has the same name. */
const FIELD_MANAGER = 'flux';

/**
 * Stores the objects of a tenant, and leaves alone what is as wanted. What upstream makes too is created or replaced as upstream
 * does it; the rest is applied on the server's side, so that fields of others stay.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/create_tenant.go
 * Differs: labels that others set on a Namespace or ServiceAccount are kept; upstream replaces them all.
 *
 * @throws {FluxError} tenant/kind-missing: before anything is written
 */
export async function applyTenant(
  objects: readonly K8sObject[],
  store: TenantStore,
  options: { progress: Progress; signal: AbortSignal },
): Promise<AppliedObject[]> {
  const { progress, signal } = options;
  await checkServed(objects, store);
  const applied: AppliedObject[] = [];
  for (const wanted of objects) {
    const action = await applyOne(wanted, store, signal);
    progress.success(`${formatSubject(refOf(wanted))} ${action}${noteOf(wanted)}`);
    applied.push({ kind: wanted.kind, namespace: wanted.metadata.namespace ?? '', name: wanted.metadata.name, action });
  }
  progress.success('tenant setup completed');
  return applied;
}

/** Half a tenant is worse than none: kinds that the cluster does not know are found before the first write. */
async function checkServed(objects: readonly K8sObject[], store: TenantStore): Promise<void> {
  const kinds = new Map(objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));
  for (const kind of kinds.values()) {
    if ((await store.resourceOf(kind)) !== undefined) continue;
    const isFlux = groupOf(kind).endsWith('.fluxcd.io');
    throw new FluxError(
      'tenant/kind-missing',
      `the cluster serves no ${kind.kind} (${kind.apiVersion}), so nothing was written`,
      {
        hint: isFlux ? 'install Flux first: flux-ts install' : 'admission policies need Kubernetes 1.30 or later',
      },
    );
  }
}

async function applyOne(wanted: K8sObject, store: TenantStore, signal: AbortSignal): Promise<AppliedObject['action']> {
  switch (wanted.kind) {
    case 'Namespace':
    case 'ServiceAccount':
      return await applyLabels(wanted, store, signal);
    case 'RoleBinding':
      return await applyBinding(wanted, store, signal);
    default: {
      const before = await store.get(refOf(wanted));
      const after = await store.apply(wanted, { fieldManager: FIELD_MANAGER, force: true, signal });
      if (before === undefined) return 'created';
      return equalJson(contentOf(before), contentOf(after)) ? 'unchanged' : 'configured';
    }
  }
}

/**
 * What somebody may have changed in an object. The version says nothing: a custom resource gets another one when it is applied
 * the second time, the same as it was.
 */
function contentOf(object: K8sObject): JsonObject {
  const { resourceVersion: _version, managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

async function applyLabels(wanted: K8sObject, store: TenantStore, signal: AbortSignal): Promise<AppliedObject['action']> {
  const write = { fieldManager: FIELD_MANAGER, signal };
  const live = await store.get(refOf(wanted));
  if (live === undefined) {
    await store.create(wanted, write);
    return 'created';
  }
  const { labels, isSame } = joinLabels(live, wanted);
  if (isSame) return 'unchanged';
  await store.replace({ ...live, metadata: { ...live.metadata, labels } }, write);
  return 'configured';
}

async function applyBinding(wanted: K8sObject, store: TenantStore, signal: AbortSignal): Promise<AppliedObject['action']> {
  const write = { fieldManager: FIELD_MANAGER, signal };
  const ref = refOf(wanted);
  const live = await store.get(ref);
  if (live === undefined) {
    await store.create(wanted, write);
    return 'created';
  }
  const { labels, isSame } = joinLabels(live, wanted);
  const isSameRole = equalJson(live['roleRef'], wanted['roleRef']);
  if (isSame && isSameRole && equalJson(live['subjects'], wanted['subjects'])) return 'unchanged';
  if (isSameRole) {
    await store.replace({ ...live, subjects: wanted['subjects'], metadata: { ...live.metadata, labels } }, write);
    return 'configured';
  }
  // The role of a binding cannot be changed: the API server wants a new binding. The uid makes sure that the one
  // deleted is the one that was looked at.
  await store.delete(ref, { ...(live.metadata.uid === undefined ? {} : { uid: live.metadata.uid }), signal });
  await store.create({ ...wanted, metadata: { ...wanted.metadata, labels } }, write);
  return 'configured';
}

function joinLabels(live: K8sObject, wanted: K8sObject): { labels: Record<string, string>; isSame: boolean } {
  const labels = { ...live.metadata.labels, ...wanted.metadata.labels };
  return { labels, isSame: equalJson(live.metadata.labels ?? {}, labels) };
}

function noteOf(object: K8sObject): string {
  if (object.kind !== 'RoleBinding') return '';
  const { kind, name } = object['roleRef'] as { kind: string; name: string };
  return ` (${kind} ${name}, in this namespace only)`;
}
