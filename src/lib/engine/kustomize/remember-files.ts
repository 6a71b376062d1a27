import type { EntryKind, FileSystem } from '../../core/filesystem.ts';

/**
 * A view of a file system that asks for each path once: a build looks at the same paths again and again, and is done before
 * anything else can run.
 */
export function rememberFiles(files: FileSystem): FileSystem {
  const once = files.inOneGo?.();
  if (once !== undefined) return once;
  const kinds = new Map<string, EntryKind | undefined>();
  const places = new Map<string, string>();
  return {
    stat(path) {
      const known = kinds.get(path);
      if (known !== undefined || kinds.has(path)) return known;
      const kind = files.stat(path);
      kinds.set(path, kind);
      return kind;
    },
    realPath(path) {
      const known = places.get(path);
      if (known !== undefined) return known;
      const place = files.realPath(path);
      places.set(path, place);
      return place;
    },
    readFile: (path) => files.readFile(path),
    readDir: (path) => files.readDir(path),
  };
}
