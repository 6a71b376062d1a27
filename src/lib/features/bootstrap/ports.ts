import type { FileSystem } from '../../core/filesystem.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type * as git from '../../engine/git/index.ts';
import type { CustomManifests, InstallPorts } from '../install/index.ts';

/** What is needed of Git. The part `git` has it. */
export type GitPort = Pick<typeof git, 'openClone' | 'scanHostKeys' | 'generateKeyPair' | 'publicKeyOf'>;

/** What bootstrapping needs of the world. */
export interface BootstrapWorld extends InstallPorts {
  /** The folder `manifests/` of this package. */
  readonly manifests: FileSystem;
  /** Built as it is in place of those manifests. */
  readonly customManifests?: CustomManifests;
  readonly git: GitPort;
  /** Signs commits (OpenPGP or SSH); absent leaves them unsigned. */
  readonly sign?: (payload: Uint8Array) => Promise<string>;
  /** Gives a deploy key access to the repository. Absent: a person is asked to. */
  readonly giveAccess?: (publicKey: string) => Promise<void>;
  /**
   * Reconciles a Kustomization and its source here and now, without controllers; rejects where that fails. Absent leaves it
   * to the controllers.
   */
  readonly drive?: (ref: ObjectRef) => Promise<void>;
}
