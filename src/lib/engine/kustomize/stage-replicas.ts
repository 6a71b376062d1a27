import { FluxError } from '../../core/errors.ts';
import { applyFieldSpec, demandScalar } from './field-spec.ts';
import { fitsGvk, formatGvk } from './ids.ts';
import { inPlaceOf } from './node.ts';
import { hasId } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec } from './types.ts';

/**
 * Sets the number of replicas of the resources with a name, be it of now or earlier.
 *
 * @throws {FluxError} kustomize/replicas: no resource has that name and a kind with replicas
 */
export function replicaStage(
  { name = '', count = 0 }: { name?: string; count?: number | bigint },
  specs: readonly FieldSpec[],
): Stage {
  return (set) => {
    let found = false;
    const named = set.list.filter((resource) => resource.node !== undefined && hasId(resource, (id) => id.name === name));
    for (const spec of specs) {
      for (const resource of named) {
        if (resource.node === undefined || !hasId(resource, (id) => id.name === name && fitsGvk(id, spec))) continue;
        found = true;
        applyFieldSpec(resource.node, spec, 'scalar', (node) => {
          demandScalar(node);
          return inPlaceOf(node, count);
        });
      }
    }
    if (found) return;
    const kinds = specs.map((spec) => formatGvk(spec)).join(' ');
    throw new FluxError(
      'kustomize/replicas',
      `set replicas: resource with name ${name} does not match a config with the following GVK [${kinds}]`,
      {
        hint: 'check the name in "replicas"',
      },
    );
  };
}
