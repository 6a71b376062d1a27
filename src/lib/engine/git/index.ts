import type { Clone, CloneOptions } from './clone-types.ts';
import type { GitHubApp, InstallationToken, InstallationTokenOptions } from './fetch-installation-token.ts';
import type { FetchedRevision, FetchRevisionOptions } from './fetch-revision.ts';
import type { LocalRepository } from './local/open-local.ts';
import type { KeyPair, KeyPairOptions } from './keys/generate-key-pair.ts';
import type { ScanOptions } from './scan-host-keys.ts';
import type { FetchedTree, FetchOptions, GitRef, Remote, RemoteOptions, RemoteRefs, Revision, TreeEntry } from './types.ts';

export { authFromSecret } from './auth-from-secret.ts';
export type { Author, Clone, CloneOptions, CommitOptions, PushResult } from './clone-types.ts';
export { DEFAULT_BRANCH, DEFAULT_MAX_BYTES, DEFAULT_SSH_USER, DEFAULT_TIMEOUT_MS } from './constants.ts';
export type { GitHubApp, InstallationToken, InstallationTokenOptions } from './fetch-installation-token.ts';
export type { FetchedRevision, FetchRevisionOptions } from './fetch-revision.ts';
export type { KeyPair, KeyPairOptions } from './keys/generate-key-pair.ts';
export type { LocalRepository } from './local/open-local.ts';
export { parseRemoteUrl, type RemoteUrl } from './parse-remote-url.ts';
export type { ScanOptions } from './scan-host-keys.ts';
export { type Comparator, type Constraint, type Operator, parseConstraint } from './semver/constraint.ts';
export { satisfies } from './semver/satisfies.ts';
export { compareVersions, parseVersion, type Version } from './semver/version.ts';
export type {
  AnonymousAuth,
  BasicAuth,
  BearerAuth,
  Commit,
  FetchedTree,
  FetchOptions,
  GitAuth,
  GitProxy,
  GitRef,
  PackKeeper,
  Remote,
  RemoteOptions,
  RemoteRefs,
  Revision,
  Signature,
  SshAuth,
  Tag,
  TlsMaterial,
  TreeEntry,
  TreeEntryType,
} from './types.ts';

// What needs the network is loaded when it is called: a command that only checks a URL must not pay for it.

/** Lists the references of a remote; see list-refs.ts. */
export async function listRefs(remote: Remote, options: RemoteOptions = {}): Promise<RemoteRefs> {
  return (await import('./list-refs.ts')).listRefs(remote, options);
}

/** Finds the commit that a reference means right now; see resolve-revision.ts. */
export async function resolveRevision(remote: Remote, ref: GitRef, options: RemoteOptions = {}): Promise<Revision> {
  return (await import('./resolve-revision.ts')).resolveRevision(remote, ref, options);
}

/** Finds what a reference means and fetches its files over one connection, unless they are there already; see fetch-revision.ts. */
export async function fetchRevision(remote: Remote, ref: GitRef, options: FetchRevisionOptions = {}): Promise<FetchedRevision> {
  return (await import('./fetch-revision.ts')).fetchRevision(remote, ref, options);
}

/** Fetches the files of one commit; see fetch-tree.ts. */
export async function fetchTree(remote: Remote, wanted: string | Revision, options: FetchOptions = {}): Promise<FetchedTree> {
  return (await import('./fetch-tree.ts')).fetchTree(remote, wanted, options);
}

/** Fetches the submodules of a commit and puts their files in; see submodules/add-submodules.ts. */
export async function addSubmodules(
  tree: FetchedTree,
  remote: Remote,
  options: FetchOptions = {},
): Promise<readonly TreeEntry[]> {
  return (await import('./submodules/add-submodules.ts')).addSubmodules(tree, remote, options);
}

/** Gets a token of an installation of a GitHub App; see fetch-installation-token.ts. */
export async function fetchInstallationToken(app: GitHubApp, options: InstallationTokenOptions): Promise<InstallationToken> {
  return (await import('./fetch-installation-token.ts')).fetchInstallationToken(app, options);
}

/** Takes the files of a branch into memory for changing, committing and pushing; see open-clone.ts. */
export async function openClone(remote: Remote, branch: string, options: CloneOptions): Promise<Clone> {
  return (await import('./open-clone.ts')).openClone(remote, branch, options);
}

/** Opens the repository that a folder of this disk is in, for reading; see local/open-local.ts. */
export async function openLocal(folder: string): Promise<LocalRepository> {
  return (await import('./local/open-local.ts')).openLocal(folder);
}

/** Asks an SSH server for its key, as text of a known_hosts file; see scan-host-keys.ts. */
export async function scanHostKeys(host: string, port: number, options: ScanOptions = {}): Promise<string> {
  return (await import('./scan-host-keys.ts')).scanHostKeys(host, port, options);
}

/** Makes an SSH key pair; see keys/generate-key-pair.ts. */
export async function generateKeyPair(options: KeyPairOptions = {}): Promise<KeyPair> {
  return (await import('./keys/generate-key-pair.ts')).generateKeyPair(options);
}

/** The public half of a private key as a line of `authorized_keys`; see keys/public-key-of.ts. */
export async function publicKeyOf(privateKey: string, passphrase?: string): Promise<string> {
  return (await import('./keys/public-key-of.ts')).publicKeyOf(privateKey, passphrase);
}
