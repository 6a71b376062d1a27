import type { FileSystem } from '../../core/filesystem.ts';

/**
 * A tree in which some files have another content. Nothing is written.
 *
 * @param contents by path, links resolved
 */
export function overlayFiles(files: FileSystem, contents: ReadonlyMap<string, Uint8Array>): FileSystem {
  if (contents.size === 0) return files;
  const { inOneGo } = files;
  return {
    stat: (path) => files.stat(path),
    readDir: (path) => files.readDir(path),
    realPath: (path) => files.realPath(path),
    readFile(path) {
      return contents.get(files.realPath(path)) ?? files.readFile(path);
    },
    ...(inOneGo === undefined ? {} : { inOneGo: () => overlayFiles(inOneGo.call(files), contents) }),
  };
}
