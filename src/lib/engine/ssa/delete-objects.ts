import { FluxError, isFluxError } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatApiVersion, type K8sObject, type ObjectRef, parseApiVersion } from '../../core/objects.ts';
import { stepError } from './errors.ts';
import { mayDelete } from './match-metadata.ts';
import { sortRefs } from './sort-objects.ts';
import type { Action, ApplyCluster, Change, ChangeSet, OwnerLabels } from './types.ts';

const READS_AT_ONCE = 8;

/** How often an object is looked at that others write meanwhile. */
const ATTEMPTS = 10;

/** How objects are deleted. */
export interface DeleteOptions {
  /** Only objects with all of these labels are deleted; absent means any. */
  readonly owner?: OwnerLabels;
  /** Told of every change as it happens. */
  readonly onChange?: (change: Change) => void;
  readonly signal?: AbortSignal;
}

/**
 * Deletes objects in the reverse of the order in which they are applied. What belongs to somebody else by now, or says that
 * it must stay, is skipped; what is gone already counts as deleted; one failure does not stop the others.
 *
 * Effects: writes the cluster
 * Source: fluxcd/pkg ssa/manager_delete.go DeleteAll, kustomize-controller's prune
 * Differs: deletes only the very object that was looked at (by uid and version), so that one which was made anew or handed to
 * another owner meanwhile survives; an object
 * whose version is served no more is deleted by another version of its kind, where upstream fails
 *
 * @throws {FluxError} ssa/delete-failed: with `details.entries`; those that failed have the action `unknown`
 */
export async function deleteObjects(
  refs: readonly ObjectRef[],
  cluster: ApplyCluster,
  options: DeleteOptions = {},
): Promise<ChangeSet> {
  const entries: Change[] = [];
  const failures: FluxError[] = [];
  for (const ref of sortRefs(refs).reverse()) {
    options.signal?.throwIfAborted();
    let action: Action = 'unknown';
    try {
      action = await deleteObject(ref, cluster, options);
    } catch (error) {
      if (!isFluxError(error)) throw error;
      failures.push(error);
    }
    const change = { ref, action };
    entries.push(change);
    options.onChange?.(change);
  }
  if (failures.length > 0) {
    const texts = failures.map((failure) => `${failure.message};`).join('');
    throw new FluxError('ssa/delete-failed', `delete failed, errors: ${texts}`, {
      details: { entries },
      errors: failures,
      cause: failures[0],
    });
  }
  return { entries };
}

/**
 * Finds out which objects `deleteObjects` would delete now: those that are there, belong to the owner and may go. One that
 * cannot be read counts as one of them.
 *
 * Effects: reads the cluster
 *
 * @returns in the order in which they would be deleted
 */
export async function planDelete(
  refs: readonly ObjectRef[],
  cluster: Pick<ApplyCluster, 'get'>,
  options: Pick<DeleteOptions, 'owner' | 'signal'> = {},
): Promise<ObjectRef[]> {
  const within = options.signal === undefined ? {} : { signal: options.signal };
  const ordered = sortRefs(refs).reverse();
  const goes = await mapBounded(ordered, READS_AT_ONCE, async (ref) => {
    try {
      const live = await cluster.get(ref, within);
      return live !== undefined && mayDelete(live, options.owner);
    } catch (error) {
      if (!isFluxError(error) || options.signal?.aborted === true) throw error;
      return true;
    }
  });
  return ordered.filter((_ref, index) => goes[index] === true);
}

async function deleteObject(ref: ObjectRef, cluster: ApplyCluster, options: DeleteOptions): Promise<Action> {
  const within = options.signal === undefined ? {} : { signal: options.signal };
  const placeholder: K8sObject = { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { ...metadataOf(ref) } };
  let first: string | undefined;
  for (let attempt = 1; ; attempt++) {
    let live: K8sObject | undefined;
    try {
      live = await cluster.get(ref, within);
    } catch (cause) {
      // What has no namespace where one is needed can be nowhere; upstream's API server answers with 404.
      if (isFluxError(cause, 'kube/no-namespace')) return 'deleted';
      if (!isFluxError(cause, 'kube/unknown-kind')) throw stepError('ssa/query-failed', placeholder, 'query failed', cause);
      const served = await findServedVersion(ref, cluster);
      // The definition is gone, and with it every object of the kind.
      if (served === undefined) return 'deleted';
      return await deleteObject({ ...ref, apiVersion: served }, cluster, options);
    }
    if (live === undefined) return 'deleted';
    if (!mayDelete(live, options.owner)) return 'skipped';
    const { uid, resourceVersion } = live.metadata;
    first ??= uid;
    const exactly = {
      ...(first === undefined ? {} : { uid: first }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    try {
      await cluster.delete(ref, { propagationPolicy: 'Background', ...exactly, ...within });
      return 'deleted';
    } catch (cause) {
      // Somebody wrote it in between. It may be another owner's now, and must be judged anew.
      const isWritten = isFluxError(cause, 'kube/conflict') && uid === first && attempt < ATTEMPTS;
      if (!isWritten) throw stepError('ssa/delete-failed', placeholder, 'delete failed', cause);
    }
  }
}

/** A version other than the one asked for, under which the kind is served. */
async function findServedVersion(ref: ObjectRef, cluster: ApplyCluster): Promise<string | undefined> {
  const { group, version } = parseApiVersion(ref.apiVersion);
  const resources = await cluster.resources();
  const other = resources.find((one) => one.group === group && one.kind === ref.kind && one.version !== version);
  return other === undefined ? undefined : formatApiVersion(group, other.version);
}

function metadataOf(ref: ObjectRef): { name: string; namespace?: string } {
  return ref.namespace === undefined ? { name: ref.name } : { name: ref.name, namespace: ref.namespace };
}
