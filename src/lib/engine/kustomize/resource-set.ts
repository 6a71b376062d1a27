import { FluxError } from '../../core/errors.ts';
import { formatId, idKey } from './ids.ts';
import type { ResourceId } from './ids.ts';
import { currentId, currentKey, earlierIds, sourceOf, subjectOf } from './resource.ts';
import type { Resource } from './resource.ts';

/** Resources in order. An index by id is made when needed and kept until something may have changed an id. */
export interface ResourceSet {
  list: Resource[];
  index: Map<string, Resource> | undefined;
  /** The same for every id that a resource has or had. */
  anyIndex: Map<string, Resource[]> | undefined;
}

/** Makes a set. */
export function makeSet(list: Resource[] = []): ResourceSet {
  return { list, index: undefined, anyIndex: undefined };
}

/** How many resources may come together. The largest fleets have some thousands in one build. */
const MAX_RESOURCES = 50_000;

/**
 * Adds resources to a set.
 *
 * @throws {FluxError} kustomize/duplicate-id: one with the same id is there; kustomize/too-large: there are too many
 */
export function appendAll(set: ResourceSet, resources: readonly Resource[]): void {
  set.anyIndex = undefined;
  const index = (set.index ??= indexByKey(set.list));
  for (const resource of resources) {
    const key = currentKey(resource);
    const there = index.get(key);
    if (there !== undefined) throw duplicate(resource, currentId(resource), there);
    index.set(key, resource);
    set.list.push(resource);
    if (set.list.length > MAX_RESOURCES) throw tooMany();
  }
}

function tooMany(): FluxError {
  return new FluxError('kustomize/too-large', `the build has more than ${MAX_RESOURCES} resources`, {
    hint: 'split it; look for directories that take in one another with several name prefixes',
    details: { max: MAX_RESOURCES },
  });
}

function indexByKey(list: readonly Resource[]): Map<string, Resource> {
  const index = new Map<string, Resource>();
  for (const resource of list) index.set(currentKey(resource), resource);
  return index;
}

function duplicate(resource: Resource, id: ResourceId, there: Resource): FluxError {
  const source = sourceOf(resource);
  const subject = subjectOf(resource);
  const first = there.file === undefined ? '' : ` (the first one is in "${there.file}")`;
  return new FluxError(
    'kustomize/duplicate-id',
    `add resource: may not add resource with an already registered id: ${formatId(id)}${first}`,
    {
      ...(source === undefined ? {} : { source }),
      ...(subject === undefined ? {} : { subject }),
      hint: 'list each resource once, or give one of them another name or namespace',
    },
  );
}

/** Says that ids may have changed. */
export function touch(set: ResourceSet): void {
  set.index = undefined;
  set.anyIndex = undefined;
}

/**
 * Puts the resources in again, which finds those that were made equal, and drops those that were deleted.
 *
 * @throws {FluxError} kustomize/duplicate-id: two have the same id
 */
export function renew(set: ResourceSet): void {
  const list = set.list.filter(({ node }) => node !== undefined);
  set.list = [];
  touch(set);
  appendAll(set, list);
}

/** Drops what patches have deleted. */
export function dropDeleted(set: ResourceSet): void {
  if (!hasDeleted(set.list)) return;
  set.list = set.list.filter(({ node }) => node !== undefined);
  touch(set);
}

function hasDeleted(list: readonly Resource[]): boolean {
  for (const { node } of list) if (node === undefined) return true;
  return false;
}

/** The resources that have, or had, an id. */
export function findByAnyId(set: ResourceSet, id: ResourceId): Resource[] {
  set.anyIndex ??= indexByAnyKey(set.list);
  return set.anyIndex.get(idKey(id)) ?? [];
}

function indexByAnyKey(list: readonly Resource[]): Map<string, Resource[]> {
  const index = new Map<string, Resource[]>();
  const add = (key: string, resource: Resource): void => {
    const there = index.get(key);
    if (there === undefined) index.set(key, [resource]);
    // An id that it had twice counts once.
    else if (there[there.length - 1] !== resource) there.push(resource);
  };
  for (const resource of list) {
    if (resource.node === undefined) continue;
    for (const id of earlierIds(resource)) add(idKey(id), resource);
    add(currentKey(resource), resource);
  }
  return index;
}
