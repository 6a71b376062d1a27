import type { EntryKind, FileSystem } from '../../core/filesystem.ts';

/**
 * A view of a file system that asks for each path once: a build looks at the same paths again and again, and is done before
 * anything else can run.
 */
export function rememberFiles(files: FileSystem): FileSystem {
  const fs = files.inOneGo?.() ?? files;
  const kinds = new Map<string, EntryKind | undefined>();
  const places = new Map<string, string>();
  return {
    stat(path) {
      const known = kinds.get(path);
      if (known !== undefined || kinds.has(path)) return known;
      const kind = fs.stat(path);
      kinds.set(path, kind);
      return kind;
    },
    realPath(path) {
      const known = places.get(path);
      if (known !== undefined) return known;
      const place = fs.realPath(path);
      places.set(path, place);
      return place;
    },
    readFile: (path) => fs.readFile(path),
    readDir: (path) => fs.readDir(path),
  };
}
