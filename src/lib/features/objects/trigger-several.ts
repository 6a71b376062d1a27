import { FluxError, isFluxError } from '../../core/errors.ts';
import type { FluxKind } from '../../core/kinds.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { formatSubject } from '../../core/objects.ts';
import { readPath } from '../../core/read-object.ts';
import type { ObjectWriter } from './ports.ts';
import { refIn, type Selection, selectObjects } from './suspend-objects.ts';
import { type Triggered, triggerReconcile, type TriggerOptions } from './trigger-reconcile.ts';

/** How many are waited for at once. */
const AT_ONCE = 20;

/**
 * Asks for a reconciliation of all objects that a selection has, and waits for all of them. What is suspended is passed over,
 * and told; one that fails does not stop the others.
 *
 * Effects: as those of `triggerReconcile`
 *
 * @returns what was reconciled, and one error for all that failed
 * @throws {FluxError} objects/not-found, objects/bad-selection
 */
export async function triggerSeveral(
  kind: FluxKind,
  selection: Selection,
  kube: ObjectWriter,
  options: TriggerOptions,
): Promise<{ readonly items: readonly Triggered[]; readonly error?: FluxError }> {
  const items: Triggered[] = [];
  const failures: FluxError[] = [];
  const objects = await selectObjects(kind, selection, kube);
  await mapBounded(objects, AT_ONCE, async (object) => {
    const { namespace = '', name } = object.metadata;
    if (readPath(object, 'spec', 'suspend') === true) {
      options.progress.warning(`${formatSubject(refIn(kind, namespace, name))} is suspended: passed over`);
      return;
    }
    try {
      items.push(await triggerReconcile(kind, { namespace, name }, kube, options));
    } catch (error) {
      if (!isFluxError(error)) throw error;
      failures.push(error);
    }
  });
  if (failures.length === 0) return { items };
  const message = `reconciliation failed for ${failures.length} of ${objects.length} ${kind.kind} objects`;
  return { items, error: new FluxError('objects/failed', message, { errors: failures }) };
}
