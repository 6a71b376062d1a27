import { FluxError } from '../../core/errors.ts';
import type { FluxKind } from '../../core/kinds.ts';
import { formatSubject, type ObjectRef } from '../../core/objects.ts';
import type { Progress } from '../../core/progress.ts';
import type { ObjectWriter } from './ports.ts';
import { refIn, type Selection, selectObjects } from './suspend-objects.ts';

/** What was deleted. */
export interface DeletedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** True where a finalizer still holds the object: it goes when its controller has cleaned up. */
  readonly terminating: boolean;
}

/**
 * Deletes an object, after a question.
 *
 * Effects: writes the cluster
 * Source: fluxcd/flux2 cmd/flux/delete.go
 * Differs: it says so when a finalizer still holds the object.
 *
 * @throws {FluxError} objects/name-missing, objects/not-found, objects/aborted
 */
export async function deleteObject(
  kind: FluxKind,
  target: { namespace: string; name: string | undefined },
  kube: ObjectWriter,
  options: { progress: Progress; confirm: (question: string) => Promise<boolean> },
): Promise<DeletedObject> {
  const { namespace, name } = target;
  if (name === undefined) throw new FluxError('objects/name-missing', `${kind.human} name is required`);
  const ref = refIn(kind, namespace, name);
  if ((await kube.get(ref)) === undefined) {
    throw new FluxError('objects/not-found', `${kind.kind} ${name} not found in ${namespace} namespace`, { subject: ref });
  }
  if (!(await options.confirm(`Are you sure you want to delete this ${kind.human}`)))
    throw new FluxError('objects/aborted', 'aborting');
  return await deleteOne(kind, namespace, name, kube, options.progress);
}

/**
 * Deletes all objects that a selection has, after one question that counts them; each is named before it.
 *
 * Effects: writes the cluster
 *
 * @param check is asked of each before anything is deleted; what it throws keeps them all
 * @throws {FluxError} objects/not-found, objects/bad-selection, objects/aborted
 */
export async function deleteObjects(
  kind: FluxKind,
  selection: Selection,
  kube: ObjectWriter,
  options: {
    progress: Progress;
    confirm: (question: string) => Promise<boolean>;
    check?: (ref: ObjectRef) => Promise<void>;
  },
): Promise<DeletedObject[]> {
  if (selection.names.length > 0) {
    throw new FluxError('objects/bad-selection', `${selection.names.join(', ')} or all of them: only one can be meant`, {
      hint: 'leave out the name, or the flag',
    });
  }
  const objects = await selectObjects(kind, selection, kube);
  const refs = objects.map(({ metadata: { namespace = '', name } }) => refIn(kind, namespace, name));
  for (const ref of refs) await options.check?.(ref);
  for (const ref of refs) options.progress.detail(formatSubject(ref));
  if (!(await options.confirm(`Are you sure you want to delete these ${refs.length} ${kind.kind} objects`)))
    throw new FluxError('objects/aborted', 'aborting');
  const deleted: DeletedObject[] = [];
  for (const { namespace = '', name } of refs) deleted.push(await deleteOne(kind, namespace, name, kube, options.progress));
  return deleted;
}

async function deleteOne(
  kind: FluxKind,
  namespace: string,
  name: string,
  kube: ObjectWriter,
  progress: Progress,
): Promise<DeletedObject> {
  const ref = refIn(kind, namespace, name);
  progress.action(`deleting ${kind.human} ${name} in ${namespace} namespace`);
  await kube.delete(ref);
  const left = await kube.get(ref);
  const terminating = left !== undefined;
  if (terminating) {
    progress.waiting(
      `${kind.human} ${name} is held by ${(left.metadata.finalizers ?? []).join(', ')} until its controller has cleaned up`,
    );
  } else {
    progress.success(`${kind.human} deleted`);
  }
  return { kind: kind.kind, namespace, name, terminating };
}
