import type { WantedCommit } from './fetch-objects.ts';
import { parseCommit } from './objects/commit.ts';
import { MODE_DIRECTORY, MODE_SUBMODULE, parseTree } from './objects/tree.ts';
import type { GitObject, ObjectMap } from './pack/types.ts';

/**
 * Takes one commit with its files, and its tag, out of many objects. What is missing is left to the reader to find.
 *
 * Effects: none
 *
 * @throws {FluxError} git/corrupt-data: an object cannot be read
 */
export function selectReachable(objects: ObjectMap, wanted: WantedCommit): ObjectMap {
  const found = new Map<string, GitObject>();
  const take = (id: string): GitObject | undefined => {
    const object = found.has(id) ? undefined : objects.get(id);
    if (object !== undefined) found.set(id, object);
    return object;
  };
  const walk = (id: string): void => {
    const tree = take(id);
    if (tree?.type !== 'tree') return;
    for (const item of parseTree(tree.bytes)) {
      if (item.mode === MODE_DIRECTORY) walk(item.id);
      else if (item.mode !== MODE_SUBMODULE) take(item.id);
    }
  };
  if (wanted.tagId !== undefined) take(wanted.tagId);
  const commit = take(wanted.commit);
  if (commit?.type === 'commit') walk(parseCommit(wanted.commit, commit.bytes).tree);
  return found;
}
