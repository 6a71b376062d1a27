import { FluxError } from '../../core/errors.ts';
import { formatId, idKey } from './ids.ts';
import { isMap, isMissingOrNull, keysOf, member, setMember, textOf } from './node.ts';
import type { NodeMap } from './node.ts';
import { appendAll, findByAnyId, touch } from './resource-set.ts';
import type { ResourceSet } from './resource-set.ts';
import { currentId, metaMap, metaText, setMetaMap, setMetaText, sourceOf } from './resource.ts';
import type { Resource } from './resource.ts';

/**
 * Adds a generated resource: as a new one, or merged into or instead of one that is there.
 *
 * @throws {FluxError} kustomize/generator: its behaviour does not fit what is there
 */
export function absorb(set: ResourceSet, generated: Resource): void {
  const id = currentId(generated);
  const [old, another] = findByAnyId(set, id);
  const source = sourceOf(generated);
  const fail = (what: string) =>
    new FluxError('kustomize/generator', `merge generated resource: ${what}`, source === undefined ? {} : { source });
  const { behavior } = generated;
  if (old === undefined) {
    if (behavior === 'merge' || behavior === 'replace') throw fail(`id ${formatId(id)} does not exist; cannot merge or replace`);
    appendAll(set, [generated]);
    return;
  }
  if (another !== undefined) throw fail(`found multiple objects that could accept merge of ${formatId(id)}`);
  if (behavior !== 'merge' && behavior !== 'replace') {
    throw fail(`id ${formatId(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`);
  }
  takeMetadata(generated, old);
  if (behavior === 'merge') {
    mergeData(generated, old, 'data');
    mergeData(generated, old, 'binaryData');
    generated.origin = old.origin ?? generated.origin;
  }
  // A patch may have changed the kind of the old one since.
  const now = currentId(generated);
  if (idKey(now) !== idKey(currentId(old))) throw fail(`cannot find resource with id ${formatId(now)} to replace`);
  set.list[set.list.indexOf(old)] = generated;
  touch(set);
}

/** The old one's name and past stay; labels and annotations are united. */
function takeMetadata(generated: Resource, old: Resource): void {
  const node = generated.node ?? {};
  const from = old.node ?? {};
  for (const field of ['labels', 'annotations'] as const) {
    setMetaMap(node, field, new Map([...metaMap(from, field), ...metaMap(node, field)]));
  }
  const meta = member(from, 'metadata');
  setMetaText(node, 'name', isMap(meta) ? member(meta, 'name') : undefined);
  setMetaText(node, 'namespace', metaText(from, 'namespace') === '' || !isMap(meta) ? undefined : member(meta, 'namespace'));
  generated.earlier = [...old.earlier];
  generated.prefixes = [...old.prefixes];
  generated.suffixes = [...old.suffixes];
  generated.allowNameChange = old.allowNameChange;
  generated.allowKindChange = old.allowKindChange;
  generated.behavior = old.behavior;
  generated.needsHash = generated.needsHash && old.needsHash;
  generated.variables = [...old.variables];
  generated.transformations = [...old.transformations];
}

function mergeData(generated: Resource, old: Resource, field: 'data' | 'binaryData'): void {
  const merged: NodeMap = {};
  for (const { node } of [old, generated]) {
    const map = node === undefined ? undefined : member(node, field);
    if (!isMap(map)) continue;
    for (const key of keysOf(map)) {
      const value = map[key];
      setMember(merged, key, isMissingOrNull(value) ? '' : textOf(value));
    }
  }
  if (generated.node !== undefined) setMember(generated.node, field, keysOf(merged).length === 0 ? undefined : merged);
}
