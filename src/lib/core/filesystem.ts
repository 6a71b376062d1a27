/** What a path leads to. */
export type EntryKind = 'file' | 'directory';

/**
 * A tree of files, read only. Paths are absolute within the tree, separated by `/`, and start with `/`;
 * `/` is the root, and nothing outside it can be reached.
 *
 * The methods are synchronous on purpose: a build is bound by the processor, and one that awaits each of ten
 * thousand small reads is several times slower than one that does not.
 */
export interface FileSystem {
  /** Tells what is at a path, links resolved; `undefined` where there is nothing. Throws `filesys/escape` for a link out of the root. */
  stat(path: string): EntryKind | undefined;
  /** Reads a file whole; throws `filesys/not-found` or `filesys/escape`. */
  readFile(path: string): Uint8Array;
  /**
   * Reads a file as text, where that takes less than reading its bytes; `undefined` means nothing but that the bytes must be read:
   * it may be large, or not UTF-8. A byte order mark stays. Throws as `readFile`.
   */
  readText?(path: string): string | undefined;
  /** The names in a directory, in byte order; throws `filesys/not-found`. */
  readDir(path: string): string[];
  /** The path with all links resolved, within the tree; throws as `readFile`. */
  realPath(path: string): string;
  /**
   * The same tree for work that is done in one go: where directories lie may be remembered, so that each path costs less.
   * Absent where nothing would be gained.
   */
  inOneGo?(): FileSystem;
}
