import { equalJson } from '../../core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';

/** What making a tenant needs of the cluster. */
export interface TenantStore {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
  create(object: K8sObject, options?: { fieldManager?: string; signal?: AbortSignal }): Promise<K8sObject>;
  replace(object: K8sObject, options?: { fieldManager?: string; signal?: AbortSignal }): Promise<K8sObject>;
  delete(ref: ObjectRef, options?: { uid?: string; signal?: AbortSignal }): Promise<boolean>;
}

/** What happened to one object of a tenant. */
export interface AppliedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly action: 'created' | 'configured' | 'unchanged';
}

/**
 * Stores the objects of a tenant, and leaves alone what is as wanted.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/create_tenant.go
 * Differs: labels that others set on a Namespace or ServiceAccount are kept; upstream replaces them all.
 */
export async function applyTenant(
  objects: readonly K8sObject[],
  store: TenantStore,
  options: { progress: Progress; signal: AbortSignal },
): Promise<AppliedObject[]> {
  const { progress, signal } = options;
  const applied: AppliedObject[] = [];
  for (const wanted of objects) {
    const action = await applyOne(wanted, store, signal);
    progress.success(`${formatSubject(refOf(wanted))} ${action}${noteOf(wanted)}`);
    applied.push({ kind: wanted.kind, namespace: wanted.metadata.namespace ?? '', name: wanted.metadata.name, action });
  }
  progress.success('tenant setup completed');
  return applied;
}

async function applyOne(wanted: K8sObject, store: TenantStore, signal: AbortSignal): Promise<AppliedObject['action']> {
  const write = { fieldManager: 'flux', signal };
  const ref = refOf(wanted);
  const live = await store.get(ref);
  if (live === undefined) {
    await store.create(wanted, write);
    return 'created';
  }
  const labels = { ...live.metadata.labels, ...wanted.metadata.labels };
  const sameLabels = equalJson(live.metadata.labels ?? {}, labels);
  if (wanted.kind === 'RoleBinding') {
    if (sameLabels && sameBinding(live, wanted)) return 'unchanged';
    if (equalJson(live['roleRef'], wanted['roleRef'])) {
      await store.replace({ ...live, subjects: wanted['subjects'], metadata: { ...live.metadata, labels } }, write);
      return 'configured';
    }
    // The role of a binding cannot be changed: the API server wants a new binding. The uid makes sure that the one
    // deleted is the one that was looked at.
    await store.delete(ref, { ...(live.metadata.uid === undefined ? {} : { uid: live.metadata.uid }), signal });
    await store.create({ ...wanted, metadata: { ...wanted.metadata, labels } }, write);
    return 'configured';
  }
  if (sameLabels) return 'unchanged';
  await store.replace({ ...live, metadata: { ...live.metadata, labels } }, write);
  return 'configured';
}

function sameBinding(live: K8sObject, wanted: K8sObject): boolean {
  return equalJson(live['roleRef'], wanted['roleRef']) && equalJson(live['subjects'], wanted['subjects']);
}

function noteOf(object: K8sObject): string {
  if (object.kind !== 'RoleBinding') return '';
  const role = (object['roleRef'] as { name: string }).name;
  return ` (ClusterRole ${role}, in this namespace only)`;
}
