import { isJsonObject } from '../../core/json.ts';
import { groupOf, type K8sObject, type KindRef } from '../../core/objects.ts';
import type { ResourceScope, ScopeLookup } from './types.ts';

/**
 * Makes a lookup of what definitions in a set of objects will serve, before what the server serves already: a custom object
 * can be checked before its definition is installed.
 *
 * Effects: none
 *
 * @param served answers for all other kinds
 */
export function scopesWithDefinitions(objects: readonly K8sObject[], served: ScopeLookup): ScopeLookup {
  const defined = new Map<string, ResourceScope>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition' || groupOf(object) !== 'apiextensions.k8s.io') continue;
    const spec = object['spec'];
    const names = isJsonObject(spec) ? spec['names'] : undefined;
    if (!isJsonObject(spec) || !isJsonObject(names) || typeof names['plural'] !== 'string') continue;
    defined.set(`${String(spec['group'])}/${String(names['kind'])}`, {
      plural: names['plural'],
      namespaced: spec['scope'] === 'Namespaced',
    });
  }
  return (kind: KindRef) => served(kind) ?? defined.get(`${groupOf(kind)}/${kind.kind}`);
}
