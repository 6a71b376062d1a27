import type { RemoteOptions } from './types.ts';

/** Who writes a commit. */
export interface Author {
  readonly name: string;
  /** May be empty. */
  readonly email: string;
}

/** Options of a commit. */
export interface CommitOptions {
  readonly message: string;
  /** Default: the author of the clone. The committer is the same. */
  readonly author?: Author;
  /** Signs the given bytes and returns the armoured signature (OpenPGP or SSH). */
  readonly sign?: (payload: Uint8Array) => Promise<string>;
}

/** Options of a clone. */
export interface CloneOptions extends RemoteOptions {
  readonly author: Author;
  /** A new branch that is pushed to, in place of the one that was read. Default: that one. */
  readonly pushTo?: string;
  /** The time for new commits, in milliseconds since 1970. */
  readonly now: () => number;
  /** Most bytes to take; default as `FetchOptions`. */
  readonly maxBytes?: number;
}

/** What a push did. */
export interface PushResult {
  readonly commit: string;
  /** False where there was nothing new. */
  readonly pushed: boolean;
  /** What the server's hooks said; empty if nothing. */
  readonly remoteMessage: string;
}

/** The files of a branch in memory, to be changed, committed and pushed. Nothing touches the disk. */
export interface Clone {
  readonly branch: string;
  /** The newest commit, ours or the remote's; `undefined` while the repository is empty. */
  head(): string | undefined;
  /** All paths of files, links and submodules, in byte order. */
  paths(): string[];
  /** The content of a file; `undefined` where there is none. Links and submodules have none. */
  read(path: string): Uint8Array | undefined;
  /** The same as text. */
  readText(path: string): string | undefined;
  /** Puts a file there. @throws {FluxError} git/unsafe-path: out of the tree, or below a file or link */
  write(path: string, content: string | Uint8Array): void;
  /** Removes a file, or a directory with all it has. @returns false where there is nothing */
  remove(path: string): boolean;
  /** Makes a commit of what was changed. @returns its id, or `undefined` when nothing changed */
  commit(options: CommitOptions): Promise<string | undefined>;
  /**
   * Sends the new commits, as a fast-forward only.
   *
   * @throws {FluxError} git/non-fast-forward: the branch has moved on since
   * @throws {FluxError} git/push-rejected: the server or one of its hooks refused
   */
  push(options?: RemoteOptions): Promise<PushResult>;
}
