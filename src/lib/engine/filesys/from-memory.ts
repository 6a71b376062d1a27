import type { FileSystem } from '../../core/filesystem.ts';
import { FluxError } from '../../core/errors.ts';
import { normalizePath } from '../../core/paths.ts';

/**
 * Makes a tree out of paths and contents. Directories are those that the paths name; there are no links.
 *
 * Effects: none
 *
 * @param files content by path; texts are taken as UTF-8
 * @example fromMemory({ 'a/b.yaml': 'x: 1\n' }).readDir('/a') // ['b.yaml']
 */
export function fromMemory(
  files: Readonly<Record<string, string | Uint8Array>> | ReadonlyMap<string, string | Uint8Array>,
): FileSystem {
  const contents = new Map<string, string | Uint8Array>();
  const directories = new Map<string, Set<string>>([['/', new Set()]]);
  const entries = files instanceof Map ? files.entries() : Object.entries(files as Record<string, string | Uint8Array>);
  for (const [name, content] of entries) {
    const path = normalizePath(name);
    contents.set(path, content);
    register(path);
  }

  function register(path: string): void {
    const slash = path.lastIndexOf('/');
    const parent = slash <= 0 ? '/' : path.slice(0, slash);
    const siblings = directories.get(parent);
    if (siblings !== undefined) {
      siblings.add(path.slice(slash + 1));
      return;
    }
    directories.set(parent, new Set([path.slice(slash + 1)]));
    register(parent);
  }

  const notFound = (path: string) =>
    new FluxError('filesys/not-found', `open "${path}": no such file or directory`, { source: { file: path } });

  return {
    stat(path) {
      const key = normalizePath(path);
      if (contents.has(key)) return 'file';
      return directories.has(key) ? 'directory' : undefined;
    },
    readFile(path) {
      const key = normalizePath(path);
      const content = contents.get(key);
      if (content !== undefined) return typeof content === 'string' ? new TextEncoder().encode(content) : content;
      if (directories.has(key))
        throw new FluxError('filesys/not-file', `read "${path}": it is not a file`, { source: { file: path } });
      throw notFound(path);
    },
    readDir(path) {
      const names = directories.get(normalizePath(path));
      if (names === undefined) throw notFound(path);
      return [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    realPath(path) {
      const key = normalizePath(path);
      if (!contents.has(key) && !directories.has(key)) throw notFound(path);
      return key;
    },
  };
}
