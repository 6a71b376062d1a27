import { corruptError } from '../errors.ts';
import { formatTree, MODE_DIRECTORY, type TreeItem } from '../objects/tree.ts';
import { computeObjectId } from './compute-object-id.ts';
import type { GitObject } from './types.ts';

/** Mode and id of a file by its path. */
export type FileIndex = ReadonlyMap<string, { readonly mode: number; readonly id: string }>;

interface Directory {
  readonly directories: Map<string, Directory>;
  readonly files: TreeItem[];
}

/**
 * Writes the directory objects of a set of files.
 *
 * Effects: none
 *
 * @returns the id of the root and all directories by id
 */
export function formatTrees(files: FileIndex): { root: string; objects: Map<string, GitObject> } {
  const top: Directory = { directories: new Map(), files: [] };
  for (const [path, { mode, id }] of files) {
    const parts = path.split('/');
    const name = parts.pop();
    if (name === undefined) throw corruptError('a file has no name');
    let directory = top;
    for (const part of parts) {
      let next = directory.directories.get(part);
      if (next === undefined) {
        next = { directories: new Map(), files: [] };
        directory.directories.set(part, next);
      }
      directory = next;
    }
    directory.files.push({ name, mode, id });
  }
  const objects = new Map<string, GitObject>();
  const store = (directory: Directory): string => {
    const items = [...directory.files];
    for (const [name, child] of directory.directories) items.push({ name, mode: MODE_DIRECTORY, id: store(child) });
    const object: GitObject = { type: 'tree', bytes: formatTree(items) };
    const id = computeObjectId(object);
    objects.set(id, object);
    return id;
  };
  return { root: store(top), objects };
}
