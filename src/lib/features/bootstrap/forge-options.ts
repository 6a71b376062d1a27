import { FluxError } from '../../core/errors.ts';
import type { RepositorySettings } from '../../engine/forge/index.ts';
import type { AppLogin } from './log-in-as-app.ts';
import type { BootstrapOptions } from './options.ts';

/** How to bootstrap with a repository of a forge. `url`, `sshUrl` and the logins follow from it. */
export interface ForgeBootstrapOptions extends BootstrapOptions {
  /** User, organization, group or project. */
  readonly owner: string;
  readonly repository: string;
  /** True where the owner is a user. */
  readonly personal: boolean;
  readonly visibility: RepositorySettings['visibility'];
  /** True brings settings and permissions of a repository that is there to what was asked for, too. */
  readonly reconcile: boolean;
  /** `name` or `name:permission`. */
  readonly teams: readonly string[];
  /** What a team may where nothing is said: `maintain`; `push` on Bitbucket Server. */
  readonly teamPermission: string;
  /** True lets the deploy key write. */
  readonly readWriteKey: boolean;
  /** True makes a deploy token for the cluster (GitLab). */
  readonly deployTokenAuth: boolean;
  /** Token of ours. */
  readonly token: string;
  /** Name that the token pushes under. */
  readonly tokenUsername: string;
  /** The GitHub App that `token` is of; absent where it is somebody's own. */
  readonly app?: AppLogin;
  /** True proposes the commits in a pull request, for branches that nobody may push to. */
  readonly pullRequest: boolean;
}

const PERMISSIONS: readonly string[] = ['pull', 'triage', 'push', 'maintain', 'admin'];
const GITLAB_NAME = /^[\p{L}\p{N}_.][\p{L}\p{N}_. /-]*$/u;

/**
 * Checks the options of a forge before anybody is asked.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/bootstrap_github.go, bootstrap_gitlab.go
 *
 * @throws {FluxError} bootstrap/no-owner, bootstrap/no-repository, bootstrap/bad-repository, bootstrap/bad-team, bootstrap/two-logins
 */
export function checkForgeOptions(options: ForgeBootstrapOptions): void {
  if (options.owner === '') {
    throw new FluxError('bootstrap/no-owner', 'owner is required', { hint: '--owner=ORGANIZATION, or --owner=USER --personal' });
  }
  if (options.repository === '') {
    throw new FluxError('bootstrap/no-repository', 'repository is required', { hint: '--repository=fleet' });
  }
  if (!GITLAB_NAME.test(options.repository) || options.repository.split('/').some((name) => /^(?:|\.\.?)$/.test(name))) {
    throw new FluxError(
      'bootstrap/bad-repository',
      `${JSON.stringify(options.repository)} is an invalid project name for this forge`,
      {
        hint: 'letters, digits, and _ . - between them',
      },
    );
  }
  if (options.tokenAuth && options.deployTokenAuth) {
    throw new FluxError('bootstrap/two-logins', '--token-auth and --deploy-token-auth cannot be set both.');
  }
  teamsOf(options);
}

/**
 * Reads the teams and what each may.
 *
 * @throws {FluxError} bootstrap/bad-team
 */
export function teamsOf({ teams, teamPermission }: ForgeBootstrapOptions): { name: string; permission: string }[] {
  return teams.map((text) => {
    const [name = '', permission = teamPermission, ...more] = text.split(':');
    if (name !== '' && more.length === 0 && PERMISSIONS.includes(permission)) return { name, permission };
    throw new FluxError(
      'bootstrap/bad-team',
      `invalid permission ${JSON.stringify(permission)} for team ${JSON.stringify(name)}`,
      {
        hint: `write NAME or NAME:PERMISSION, one of ${PERMISSIONS.join(', ')}`,
      },
    );
  });
}
