import { isJsonObject } from '../../core/json.ts';
import { groupOf, type K8sObject } from '../../core/objects.ts';

/**
 * The kinds that definitions in a set of objects bring, as `group/Kind`.
 *
 * Effects: none
 */
export function definedKinds(objects: readonly K8sObject[]): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (const object of objects) {
    const spec = object['spec'];
    if (
      object.kind !== 'CustomResourceDefinition' ||
      groupOf(object) !== 'apiextensions.k8s.io' ||
      !isJsonObject(spec) ||
      !isJsonObject(spec['names'])
    )
      continue;
    kinds.add(`${String(spec['group'])}/${String(spec['names']['kind'])}`);
  }
  return kinds;
}
