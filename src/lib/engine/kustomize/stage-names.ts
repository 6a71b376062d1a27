import { applyPath, demandScalar } from './field-spec.ts';
import { fitsGvk } from './ids.ts';
import type { Gvk } from './ids.ts';
import { scalarOf, textOf } from './node.ts';
import { touch } from './resource-set.ts';
import { currentId, originalId, rememberName } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec } from './types.ts';

/** Kinds whose names stay, since others refer to them in ways that cannot be followed. */
const NEVER_RENAMED: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' },
  { group: '', version: '', kind: 'Namespace' },
];

/** Puts a prefix before names. */
export function prefixStage(prefix: string, specs: readonly FieldSpec[]): Stage {
  return renameStage(specs, prefix, (name) => prefix + name, 'prefixes');
}

/** Puts a suffix behind names. */
export function suffixStage(suffix: string, specs: readonly FieldSpec[]): Stage {
  return renameStage(specs, suffix, (name) => name + suffix, 'suffixes');
}

function renameStage(
  specs: readonly FieldSpec[],
  affix: string,
  rename: (name: string) => string,
  kept: 'prefixes' | 'suffixes',
): Stage {
  return (set) => {
    for (const resource of set.list) {
      if (resource.node === undefined) continue;
      const id = originalId(resource);
      if (NEVER_RENAMED.some((gvk) => fitsGvk(id, gvk))) continue;
      for (const spec of specs) {
        if (!fitsGvk(id, spec)) continue;
        if (spec.path === 'metadata/name' && affix !== '') {
          resource[kept].push(...affix.split(','));
          rememberName(resource);
        }
        // A patch may have made another kind of it, which must fit as well.
        if (!fitsGvk(currentId(resource), spec)) continue;
        applyPath(resource.node, spec, undefined, (node) => {
          demandScalar(node);
          return scalarOf(rename(textOf(node)), node);
        });
      }
    }
    touch(set);
  };
}
