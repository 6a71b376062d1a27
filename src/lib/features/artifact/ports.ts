import type { Progress } from '../../core/progress.ts';
import type { PackedFolder } from '../../engine/artifact/index.ts';
import type { Reference, Registry } from '../../engine/oci/index.ts';

/** What is at a path that the user named. */
export type PathKind = 'file' | 'directory' | 'other';

/** How a folder is packed. */
export interface PackRequest {
  readonly path: string;
  /** In the form of `.gitignore`. */
  readonly ignorePaths: readonly string[];
  readonly resolveSymlinks: boolean;
}

/** The files of this machine, as artifacts need them. Paths are relative to where the command runs. */
export interface ArtifactFiles {
  /** Absent where nothing is there. */
  stat(path: string): Promise<PathKind | undefined>;
  pack(request: PackRequest): Promise<PackedFolder>;
  /** Packs a text under a name, as a file of mode 0600. */
  packText(name: string, text: string): Promise<PackedFolder>;
  /** Unpacks into a folder that is there, and tells how many files it wrote. */
  unpack(bytes: Uint8Array, folder: string): Promise<number>;
  /** Writes a file whole or not at all. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  readStdin(): Promise<string>;
}

/** How a registry is to be reached. */
export interface RegistryChoice {
  /** `user:password`, or a token; empty takes the login of this machine. */
  readonly creds: string;
  /** `generic`, or the cloud whose identity logs in. */
  readonly provider: 'generic' | 'aws' | 'azure' | 'gcp';
  /** True takes http, and any certificate. */
  readonly insecure: boolean;
}

/** Opens the registry of an artifact, logged in. */
export type OpenRegistry = (reference: Reference, choice: RegistryChoice) => Promise<Registry>;

/** What artifacts need of the world. */
export interface ArtifactWorld {
  readonly files: ArtifactFiles;
  readonly openRegistry: OpenRegistry;
  readonly progress: Progress;
  /** The time now, for what is pushed. */
  readonly now: () => Date;
}
