import { FluxError } from '../../core/errors.ts';
import type { FluxKind } from '../../core/kinds.ts';
import type { Progress } from '../../core/progress.ts';
import type { ObjectWriter } from './ports.ts';
import { refIn } from './suspend-objects.ts';

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
  options.progress.action(`deleting ${kind.human} ${name} in ${namespace} namespace`);
  await kube.delete(ref);
  const left = await kube.get(ref);
  const terminating = left !== undefined;
  if (terminating) {
    options.progress.waiting(
      `${kind.human} ${name} is held by ${(left.metadata.finalizers ?? []).join(', ')} until its controller has cleaned up`,
    );
  } else {
    options.progress.success(`${kind.human} deleted`);
  }
  return { kind: kind.kind, namespace, name, terminating };
}
