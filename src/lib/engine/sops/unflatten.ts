import { FluxError } from '../../core/errors.ts';
import type { Branch, TreeItem, TreeValue } from './types.ts';

interface Place {
  value?: TreeValue;
  readonly members: Map<string, Place>;
  readonly items: Map<number, Place>;
}

/**
 * Makes a tree of entries whose keys are paths, as `key_groups__list_0__map_age`: this is how formats without nesting hold the
 * metadata.
 *
 * Effects: none
 * Source: sops stores/flatten.go
 *
 * @throws {FluxError} sops/bad-metadata: a key twice, a value that has members, or a list with a gap
 */
export function unflatten(entries: readonly (readonly [path: string, value: TreeValue])[]): Branch {
  const root = newPlace();
  for (const [path, value] of entries) {
    let place = root;
    for (const [kind, name] of stepsOf(path)) {
      place = kind === 'list' ? below(place.items, Number.parseInt(name, 10) || 0) : below(place.members, name);
    }
    if (place.value !== undefined) throw refuse(`Duplicate value "${path}"`);
    place.value = value;
  }
  const tree = assemble(root, '');
  return typeof tree === 'object' && tree !== null && 'items' in tree ? tree : { type: 'branch', items: [] };
}

function newPlace(): Place {
  return { members: new Map(), items: new Map() };
}

function below<K>(places: Map<K, Place>, key: K): Place {
  const known = places.get(key);
  if (known !== undefined) return known;
  const made = newPlace();
  places.set(key, made);
  return made;
}

function stepsOf(path: string): (readonly [kind: string, name: string])[] {
  const parts = path.split(/__(map|list)_/);
  const steps: (readonly [string, string])[] = [['map', parts[0] ?? '']];
  for (let at = 1; at < parts.length; at += 2) steps.push([parts[at] ?? '', parts[at + 1] ?? '']);
  return steps;
}

function assemble({ value, members, items }: Place, path: string): TreeValue {
  if (Number(value !== undefined) + Number(members.size > 0) + Number(items.size > 0) > 1)
    throw refuse(`Type mismatch "${path}"`);
  if (value !== undefined) return value;
  if (items.size > 0) {
    const list: TreeValue[] = [];
    for (let at = 0; at < items.size; at++) {
      const item = items.get(at);
      if (item === undefined) throw refuse(`Incomplete list "${path}"`);
      list.push(assemble(item, `${path}[${at}]`));
    }
    return list;
  }
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  const branch: TreeItem[] = sorted.map(([key, place]) => ({
    key,
    value: assemble(place, path === '' ? key : `${path}.${key}`),
  }));
  return { type: 'branch', items: branch };
}

function refuse(what: string): FluxError {
  return new FluxError('sops/bad-metadata', `Error while unflattening: ${what}`);
}
