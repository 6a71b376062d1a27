import { FluxError } from '../../core/errors.ts';
import { aboutResource } from './about-resource.ts';
import { applyPath, specsFor } from './field-spec.ts';
import type { FindRules } from './field-spec.ts';
import { addAliased, inPlaceOf, isMap, isNull, kindOf, member, setMember } from './node.ts';
import type { Alias, Node } from './node.ts';
import { currentId } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec } from './types.ts';

/** Sets labels or annotations in all the maps that the rules name. */
export function metadataStage(
  pairs: Readonly<Record<string, string>>,
  specs: readonly FieldSpec[],
  findRules: FindRules = specsFor,
): Stage {
  const entries = Object.entries(pairs);
  return (set) => {
    if (entries.length === 0) return;
    for (const resource of set.list) {
      const { node } = resource;
      if (node === undefined) continue;
      const rules = findRules(specs, currentId(resource));
      if (rules.length === 0) continue;
      const aliases: Alias[] = entries.map(() => []);
      const set = (map: Node): undefined => setPairs(map, entries, aliases);
      aboutResource(resource, () => {
        for (const spec of rules) applyPath(node, spec, 'map', set);
      });
    }
  };
}

function setPairs(map: Node, entries: readonly [string, string][], aliases: readonly Alias[]): undefined {
  if (isNull(map)) return;
  if (!isMap(map)) throw new FluxError('kustomize/field-spec', `wrong node kind: expected MappingNode but got ${kindOf(map)}`);
  for (let at = 0; at < entries.length; at++) {
    const [key, value] = entries[at] as [string, string];
    if (key === '') throw new FluxError('kustomize/field-spec', 'cannot set or create an empty field name');
    const old = member(map, key);
    if (old === undefined) addAliased(map, key, value, aliases[at] as Alias);
    else setMember(map, key, inPlaceOf(old, value));
  }
}
