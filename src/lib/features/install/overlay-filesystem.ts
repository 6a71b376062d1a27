import type { FileSystem } from '../../core/filesystem.ts';

/**
 * Lays files in memory over another tree. The files win; their folders appear beside those of the tree.
 *
 * Effects: none by itself; reads of the tree go through
 *
 * @param files contents by absolute path
 */
export function layOver(files: Readonly<Record<string, string>>, tree: FileSystem): FileSystem {
  const folders = new Map<string, Set<string>>();
  for (const path of Object.keys(files)) {
    const names = path.split('/').slice(1);
    let folder = '/';
    for (const name of names) {
      const children = folders.get(folder) ?? new Set<string>();
      folders.set(folder, children.add(name));
      folder = folder === '/' ? `/${name}` : `${folder}/${name}`;
    }
  }
  // "/" is in the tree as well, so the tree's own answer is asked for there too.
  const isOurs = (path: string): boolean => Object.hasOwn(files, path) || (path !== '/' && folders.has(path));
  return {
    stat(path) {
      if (Object.hasOwn(files, path)) return 'file';
      return folders.has(path) ? 'directory' : tree.stat(path);
    },
    readFile(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      return text === undefined ? tree.readFile(path) : new TextEncoder().encode(text);
    },
    readDir(path) {
      const ours = folders.get(path);
      if (ours === undefined) return tree.readDir(path);
      const theirs = tree.stat(path) === 'directory' ? tree.readDir(path) : [];
      return [...new Set([...theirs, ...ours])].sort();
    },
    realPath(path) {
      return isOurs(path) ? path : tree.realPath(path);
    },
  };
}
