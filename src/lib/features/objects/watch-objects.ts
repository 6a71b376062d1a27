import { apiVersionOf, type FluxKind } from '../../core/kinds.ts';
import { describeObject, type GetOptions, type ObjectRow, parseStatusSelector } from './get-objects.ts';
import type { ObjectWatcher } from './ports.ts';

/**
 * Follows the objects of a kind: the rows of those that are there first, then one for each change, until the signal ends it.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/get.go watch
 */
export async function* watchObjects(
  kind: FluxKind,
  options: GetOptions,
  kube: ObjectWatcher,
  signal: AbortSignal,
): AsyncGenerator<ObjectRow> {
  const fits = parseStatusSelector(options.statusSelector);
  const events = kube.watch(
    { apiVersion: apiVersionOf(kind), kind: kind.kind },
    {
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...(options.labelSelector === undefined || options.labelSelector === '' ? {} : { labelSelector: options.labelSelector }),
      ...(options.name === undefined ? {} : { fieldSelector: `metadata.name=${options.name}` }),
      signal,
    },
  );
  try {
    for await (const event of events) {
      if ((event.type === 'ADDED' || event.type === 'MODIFIED') && fits(event.object)) yield describeObject(kind, event.object);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
