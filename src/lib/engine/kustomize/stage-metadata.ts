import { FluxError } from '../../core/errors.ts';
import { aboutResource } from './about-resource.ts';
import { applyPath, specsFor } from './field-spec.ts';
import { addAliased, inPlaceOf, isMap, isNull, kindOf, member, setMember } from './node.ts';
import type { Alias, Node } from './node.ts';
import { gvkOfNode } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec } from './types.ts';

/** Sets labels or annotations in all the maps that the rules name. */
export function metadataStage(pairs: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): Stage {
  const entries = Object.entries(pairs);
  const specsByKind = new Map<string, FieldSpec[]>();
  return (set) => {
    if (entries.length === 0) return;
    for (const resource of set.list) {
      const { node } = resource;
      if (node === undefined) continue;
      const gvk = gvkOfNode(node);
      const key = `${gvk.group}/${gvk.version}/${gvk.kind}`;
      let fitting = specsByKind.get(key);
      if (fitting === undefined) {
        fitting = specsFor(specs, gvk);
        specsByKind.set(key, fitting);
      }
      const aliases = new Map(entries.map(([name]): [string, Alias] => [name, []]));
      for (const spec of fitting)
        aboutResource(resource, () => applyPath(node, spec, 'map', (map) => setPairs(map, entries, aliases)));
    }
  };
}

function setPairs(map: Node, entries: readonly [string, string][], aliases: ReadonlyMap<string, Alias>): undefined {
  if (isNull(map)) return;
  if (!isMap(map)) throw new FluxError('kustomize/field-spec', `wrong node kind: expected MappingNode but got ${kindOf(map)}`);
  for (const [key, value] of entries) {
    if (key === '') throw new FluxError('kustomize/field-spec', 'cannot set or create an empty field name');
    const old = member(map, key);
    if (old === undefined) addAliased(map, key, value, aliases.get(key) ?? []);
    else setMember(map, key, inPlaceOf(old, value));
  }
}
