import type { FileSystem } from '../../core/filesystem.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { CloudName, GitCredentials } from '../../engine/cloud/index.ts';
import type * as git from '../../engine/git/index.ts';
import type { CustomManifests, InstallPorts } from '../install/index.ts';

/** What is needed of Git. The part `git` has it. */
export type GitPort = Pick<typeof git, 'openClone' | 'scanHostKeys' | 'generateKeyPair' | 'publicKeyOf'>;

/** What is needed of the clouds: our own login to their Git servers. The part `cloud` has it. */
export interface CloudPort {
  logInToGit(cloud: CloudName, url: string, login: object): Promise<GitCredentials>;
}

/** What bootstrapping needs of the world. */
export interface BootstrapWorld extends InstallPorts {
  /** The folder `manifests/` of this package. */
  readonly manifests: FileSystem;
  /** Built as it is in place of those manifests. */
  readonly customManifests?: CustomManifests;
  readonly git: GitPort;
  /** Logs in to the Git server of a cloud; absent refuses the repositories of clouds that we have no password for. */
  readonly cloud?: CloudPort;
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
