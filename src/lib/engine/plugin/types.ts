/** A program of a version for one system. */
export interface PluginPlatform {
  /** As Go names systems: `linux`, `darwin`, `windows`. */
  readonly os: string;
  /** As Go names processors: `amd64`, `arm64`. */
  readonly arch: string;
  /** Of an archive, or of the program itself. */
  readonly url: string;
  /** `sha256:` and 64 hexadecimal digits, of what the URL gives. */
  readonly checksum: string;
  /** Where the program is in the archive; absent: any place, under the name of the program. */
  readonly extractPath?: string;
}

/** A version of a plugin. */
export interface PluginVersion {
  readonly version: string;
  readonly platforms: readonly PluginPlatform[];
}

/** What a catalogue says of one plugin. */
export interface PluginManifest {
  readonly name: string;
  readonly description: string;
  /** File name of the program: `flux-<name>`; Windows adds `.exe`. */
  readonly bin: string;
  /** Newest first. */
  readonly versions: readonly PluginVersion[];
}

/** One line of a catalogue. */
export interface CatalogEntry {
  readonly name: string;
  readonly description: string;
  readonly homepage: string;
  readonly source: string;
  /** An SPDX identifier. */
  readonly license: string;
}

/** What was installed of a plugin; it lies beside the program. */
export interface PluginReceipt {
  readonly name: string;
  readonly version: string;
  /** RFC 3339. */
  readonly installedAt: string;
  readonly platform: PluginPlatform;
}

/** The version that was asked for, for this machine. */
export interface PluginRelease {
  readonly version: string;
  readonly platform: PluginPlatform;
}

/** A system and its processor, as Go names them. */
export interface GoPlatform {
  readonly os: string;
  readonly arch: string;
}

/** A program in the plugin folder. */
export interface FoundPlugin {
  /** What the user types. */
  readonly name: string;
  readonly path: string;
}

/** An answer over HTTP. */
export interface GetAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Leaves the rest unread. */
  discard(): void;
}

/** Sends one GET request, without following redirects; rejects where there is no connection. */
export type GetPort = (url: URL, signal: AbortSignal) => Promise<GetAnswer>;

/** What downloads need. */
export interface DownloadPorts {
  readonly get: GetPort;
  /** Waits; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** A member of a tar file. */
export interface TarMember {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Reads a tar file; throws where it is none. */
export type ReadTar = (tar: Uint8Array) => Promise<readonly TarMember[]>;
