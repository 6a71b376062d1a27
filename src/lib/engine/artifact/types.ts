/** A file, link, directory or submodule that may go into an artifact. What `engine/git` fetches fits. */
export interface ArchiveEntry {
  /** Relative, separated by `/`. */
  readonly path: string;
  /** Permission bits, or git's mode; only the execute bits count. */
  readonly mode: number;
  /** Links are left out; a submodule that was not fetched is an empty directory. */
  readonly type: 'file' | 'symlink' | 'submodule' | 'directory';
  readonly bytes: Uint8Array;
}

/** Tells whether a path is excluded. */
export type Excludes = (path: string, isDirectory: boolean) => boolean;

/** A packed artifact. */
export interface PackedArtifact {
  /** The bytes of the `.tar.gz`. */
  readonly bytes: Uint8Array;
  /** `sha256:` and the hexadecimal digest of the bytes. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A file of an unpacked artifact. */
export interface UnpackedFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** Options of unpacking. */
export interface UnpackOptions {
  /** Most bytes that the unpacked archive may have. Default 512 MiB. */
  readonly maxBytes?: number;
  /** Most files and directories. Default 250,000. */
  readonly maxEntries?: number;
  /** `algorithm:hex`, or hex alone for sha256, to check the archive against. */
  readonly digest?: string;
}

/**
 * Opens a URL and gives what it answers as it comes.
 *
 * @throws {FluxError} artifact/not-found: status 404; artifact/unreachable; artifact/http-status: any other status
 */
export type OpenUrl = (url: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;

/** Options of a download. */
export interface FetchArtifactOptions {
  /** `algorithm:hex`, or hex alone for sha256. */
  readonly digest: string;
  /** Most bytes of the archive as it is sent. Default 512 MiB. */
  readonly maxBytes?: number;
  /** How long one try may take. Default 5 min. */
  readonly timeoutMs?: number;
  /** Waits between tries; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
}
