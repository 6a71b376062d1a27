/** Forges that are known. */
export const FORGE_NAMES = ['github', 'gitlab', 'gitea', 'bitbucket-server'] as const;

/** A forge, as Flux names it. */
export type ForgeName = (typeof FORGE_NAMES)[number];

/** Who may see a repository. */
export type Visibility = 'public' | 'internal' | 'private';

/** Where a repository is to be. */
export interface RepositoryRef {
  /** User, organization, group or project. */
  readonly owner: string;
  /** May have sub-groups before it, where the forge has such. */
  readonly name: string;
  /** True where the owner is the user of the token. */
  readonly personal: boolean;
}

/** A repository of a forge. */
export interface ForgeRepository {
  /** What the forge's paths name it by. */
  readonly id: string;
  /** `owner/name`, for people. */
  readonly fullName: string;
  readonly httpsUrl: string;
  /** `ssh://…`. */
  readonly sshUrl: string;
  /** Whether the token may push, as far as the forge tells. */
  readonly canPush: boolean;
  /** Whether the token may change settings, as far as the forge tells. */
  readonly canAdmin: boolean;
}

/** How a repository is to be. */
export interface RepositorySettings {
  readonly visibility: Visibility;
  readonly defaultBranch: string;
  readonly description: string;
}

/** A key that may read a repository, or write it. */
export interface DeployKey {
  readonly id: string;
  readonly title: string;
  /** Type and key, without comment. */
  readonly key: string;
  readonly readOnly: boolean;
}

/** A pull request that is asked for. */
export interface PullRequestDraft {
  /** The branch with the changes. */
  readonly from: string;
  /** The branch that they go to. */
  readonly into: string;
  readonly title: string;
  readonly body: string;
}

/** One request to a forge. */
export interface ForgeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What it comes to. */
export interface ForgeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What speaking to a forge needs of the world. */
export interface ForgePorts {
  /** Makes one request and follows nothing; rejects where there is no answer. */
  readonly send: (request: ForgeRequest) => Promise<ForgeAnswer>;
}

/** How a forge is reached. */
export interface ForgeOptions {
  /** Host, with a port and a path where the forge has such; `https://` may stand before it. */
  readonly hostname: string;
  readonly token: string;
  /** Base of the API, where it does not follow from the host. */
  readonly baseUrl?: string;
  /** What the token may, by the name of the permission, where it is that of an installation of a GitHub App. */
  readonly permissions?: Readonly<Record<string, string>>;
}

/** Who a token is, and what it may, as far as the forge tells. */
export interface ForgeIdentity {
  /** Empty where it is nobody's: that of an installation of an app. */
  readonly login: string;
  readonly scopes?: readonly string[];
  /** True where the token is that of an installation of an app, which ends within the hour. */
  readonly isInstallation?: boolean;
  /** What the installation may: `read`, `write` or `admin`. */
  readonly permissions?: Readonly<Record<string, string>>;
}

/** What is needed of a forge. Refusals are `forge/…`. */
export interface Forge {
  /** Its name for people: `GitHub`. */
  readonly title: string;
  /** Scopes of a token that bootstrapping needs, for people. */
  readonly neededScopes: string;
  /** Who the token is; scopes where the forge tells them. Changes nothing. */
  identify(): Promise<ForgeIdentity>;
  /** Tells whether the scopes are enough. */
  hasScopes(scopes: readonly string[]): boolean;
  findRepository(ref: RepositoryRef): Promise<ForgeRepository | undefined>;
  /**
   * Refuses where the owner is not there, or where the token may not make such a repository and push to it, as far as the
   * forge tells. Changes nothing.
   */
  checkOwner(ref: RepositoryRef, visibility: Visibility): Promise<void>;
  /** Refuses where the token itself may not write, whatever its user may; absent where only writing shows. Changes nothing. */
  checkWrite?(ref: RepositoryRef): Promise<void>;
  createRepository(ref: RepositoryRef, settings: RepositorySettings): Promise<ForgeRepository>;
  updateRepository(repository: ForgeRepository, settings: RepositorySettings): Promise<void>;
  /**
   * Gives a team, group or the like a permission: pull, triage, push, maintain, admin.
   *
   * @returns what it has now, in the forge's own word, where that is for the team and not for us to say
   */
  grantTeam(repository: ForgeRepository, ref: RepositoryRef, team: string, permission: string): Promise<string | undefined>;
  listDeployKeys(repository: ForgeRepository): Promise<DeployKey[]>;
  addDeployKey(repository: ForgeRepository, key: Omit<DeployKey, 'id'>): Promise<void>;
  removeDeployKey(repository: ForgeRepository, id: string): Promise<void>;
  /** Makes a token that may read the repository; absent where one of that name is there already. GitLab alone has such. */
  addDeployToken?(repository: ForgeRepository, name: string): Promise<{ username: string; password: string } | undefined>;
  /** URL of the open pull request of these branches; absent where there is none. */
  findPullRequest(repository: ForgeRepository, draft: PullRequestDraft): Promise<string | undefined>;
  openPullRequest(repository: ForgeRepository, draft: PullRequestDraft): Promise<string>;
}
