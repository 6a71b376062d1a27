import { FluxError, isFluxError } from '../../core/errors.ts';
import { TENANT_LABEL } from '../../core/flux.ts';
import type { JsonValue } from '../../core/json.ts';
import { formatSubject, type K8sObject, type KindRef, type ObjectRef } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import { type DeletionPlan, type DeletionReader, planDeletion } from './plan-deletion.ts';

/** What deleting a tenant needs of the cluster. */
export interface TenantDeleter extends DeletionReader {
  get(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<K8sObject | undefined>;
  delete(ref: ObjectRef, options?: { propagationPolicy?: 'Background'; signal?: AbortSignal }): Promise<boolean>;
  patch(
    ref: ObjectRef,
    patch: JsonValue,
    options: { type: 'merge'; fieldManager?: string; signal?: AbortSignal },
  ): Promise<K8sObject>;
  watch(
    kind: KindRef,
    options: { namespace?: string; fieldSelector?: string; signal: AbortSignal },
  ): AsyncIterable<{ type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'SYNCED' }>;
}

/** How to delete a tenant. */
export interface DeleteTenantOptions {
  readonly name: string;
  /** True leaves the namespaces, without the label of the tenant. */
  readonly keepNamespaces: boolean;
  /** True goes on although namespaces have objects of others. */
  readonly yes: boolean;
  /** How long Kustomizations and HelmReleases may take to clean up. */
  readonly timeoutMs: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly confirm: (question: string) => Promise<boolean>;
  /** Does right here what the controller of a Kustomization or GitRepository has to do before it can go. Absent: controllers do it. */
  readonly finalize?: (ref: ObjectRef) => Promise<void>;
}

/** One object and what became of it. */
export interface DeletedTenantObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly action: 'deleted' | 'kept' | 'terminating';
}

/** What `delete tenant` did. */
export interface DeletedTenant {
  readonly name: string;
  readonly objects: readonly DeletedTenantObject[];
}

/**
 * Deletes a tenant: first its Kustomizations and HelmReleases, which take along what they applied while the account still has its
 * rights, then what `create tenant` made, then the namespaces. A tenant that is not there is no error, so that it can be run again.
 *
 * Effects: writes the cluster
 *
 * @throws {FluxError} tenant/managed-by-git, tenant/others-objects: before anything is deleted; tenant/aborted;
 * tenant/not-finalized: a Kustomization or HelmRelease does not go, and everything else is still there
 */
export async function deleteTenant(kube: TenantDeleter, options: DeleteTenantOptions): Promise<DeletedTenant> {
  const { name, progress, signal } = options;
  const plan = await planDeletion(kube, name, options);
  const all = [...plan.appliers, ...plan.sources, ...plan.objects, ...plan.namespaces];
  if (all.length === 0) {
    if (plan.terminating.length > 0) return { name, objects: plan.terminating.map((ref) => tellTerminating(ref, progress)) };
    progress.warning(`there is no tenant ${name}: nothing carries the label ${TENANT_LABEL}=${name}`);
    return { name, objects: [] };
  }
  checkPlan(plan, options);
  await ask(plan, options);

  const objects: DeletedTenantObject[] = [];
  const note = (ref: ObjectRef, action: DeletedTenantObject['action']): void => {
    progress.success(`${formatSubject(ref)} ${action}`);
    objects.push({ kind: ref.kind, namespace: ref.namespace ?? '', name: ref.name, action });
  };
  for (const refs of [plan.appliers, plan.sources]) {
    for (const ref of refs) await deleteQuietly(kube, ref, signal);
    for (const ref of refs) {
      await waitFinalized(kube, ref, options);
      note(ref, 'deleted');
    }
  }
  for (const ref of plan.objects) {
    await deleteQuietly(kube, ref, signal);
    note(ref, 'deleted');
  }
  for (const ref of plan.namespaces) {
    if (options.keepNamespaces) {
      await kube.patch(ref, { metadata: { labels: { [TENANT_LABEL]: null } } }, { type: 'merge', fieldManager: 'flux', signal });
      note(ref, 'kept');
    } else {
      await deleteQuietly(kube, ref, signal);
      note(ref, (await kube.get(ref, { signal })) === undefined ? 'deleted' : 'terminating');
    }
  }
  return { name, objects };
}

function tellTerminating({ kind, name }: ObjectRef, progress: Progress): DeletedTenantObject {
  progress.waiting(`${kind}/${name} is going: the cluster empties it`);
  return { kind, namespace: '', name, action: 'terminating' };
}

function checkPlan({ managed, others, namespaces }: DeletionPlan, { name, keepNamespaces, yes }: DeleteTenantOptions): void {
  const [first] = managed;
  if (first !== undefined) {
    throw new FluxError(
      'tenant/managed-by-git',
      `Kustomization ${first.by} applies ${countObjects(managed)} of tenant ${name}, and would bring back what is deleted`,
      {
        hint: `take the tenant out of the repository that ${first.by} reconciles: it is pruned then`,
        details: { managed },
      },
    );
  }
  if (others.length === 0 || keepNamespaces || yes || namespaces.length === 0) return;
  throw new FluxError(
    'tenant/others-objects',
    `${countObjects(others)} in ${namespaces.map((ref) => ref.name).join(', ')} would go too, without being of tenant ${name}: ${listShort(others)}`,
    {
      hint: 'keep the namespaces with --keep-namespaces, or delete all that is in them with --yes',
      details: { objects: others.map(formatSubject) },
    },
  );
}

async function ask(plan: DeletionPlan, { name, keepNamespaces, progress, confirm }: DeleteTenantOptions): Promise<void> {
  progress.action(`tenant ${name}: this will be deleted`);
  for (const ref of plan.appliers) progress.detail(`${formatSubject(ref)}, and all that it applied`);
  for (const ref of [...plan.sources, ...plan.objects]) progress.detail(formatSubject(ref));
  if (!keepNamespaces) {
    for (const ref of plan.namespaces) progress.detail(`${formatSubject(ref)}, with all that is in it`);
    for (const ref of plan.others) progress.detail(`  ${formatSubject(ref)}, which is not of the tenant`);
  }
  if (!(await confirm(`Are you sure you want to delete tenant ${name}`))) throw new FluxError('tenant/aborted', 'aborting');
}

async function deleteQuietly(kube: TenantDeleter, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  try {
    await kube.delete(ref, { propagationPolicy: 'Background', signal });
  } catch (error) {
    if (!isFluxError(error, 'kube/not-found')) throw error;
  }
}

/** Kinds whose controllers this process can stand in for. */
const DRIVEN: readonly string[] = ['Kustomization', 'GitRepository'];

/** Waits until a Flux object is gone, or makes it go. */
async function waitFinalized(kube: TenantDeleter, ref: ObjectRef, options: DeleteTenantOptions): Promise<void> {
  if ((await kube.get(ref, { signal: options.signal })) === undefined) return;
  if (DRIVEN.includes(ref.kind) && options.finalize !== undefined) {
    await options.finalize(ref);
    if ((await kube.get(ref, { signal: options.signal })) === undefined) return;
  }
  options.progress.waiting(`${formatSubject(ref)} cleans up`);
  const limit = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, limit]);
  const { namespace, name } = ref;
  try {
    const watched = { ...(namespace === undefined ? {} : { namespace }), fieldSelector: `metadata.name=${name}`, signal };
    for await (const { type } of kube.watch(ref, watched)) {
      if (type === 'DELETED') return;
      if (type === 'SYNCED' && (await kube.get(ref, { signal })) === undefined) return;
    }
  } catch (error) {
    if (!limit.aborted || options.signal.aborted) throw error;
  }
  throw new FluxError(
    'tenant/not-finalized',
    `${formatSubject(ref)} has not cleaned up within ${Math.round(options.timeoutMs / 1000)} s, so the account and its rights stay`,
    {
      subject: ref,
      hint:
        DRIVEN.includes(ref.kind) && options.finalize === undefined
          ? 'where no controller is at work, let this process do it: add --drive'
          : 'look at its events and its controller, then run it again',
    },
  );
}

function countObjects(objects: readonly unknown[]): string {
  return objects.length === 1 ? '1 object' : `${objects.length} objects`;
}

function listShort(refs: readonly ObjectRef[]): string {
  const shown = refs.slice(0, 5).map(formatSubject);
  return refs.length > shown.length ? `${shown.join(', ')} and ${refs.length - shown.length} more` : shown.join(', ');
}
