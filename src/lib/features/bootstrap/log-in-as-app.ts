import { FluxError, isFluxError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import type * as git from '../../engine/git/index.ts';

/** A GitHub App that bootstraps, and where. Texts that were not given are empty. */
export interface AppOptions {
  readonly appId: string;
  readonly installationId: string;
  readonly installationOwner: string;
  /** PEM. */
  readonly privateKey: string;
  /** Base of the API. */
  readonly apiUrl: string;
  /** Base of the pages; ends in a slash. */
  readonly webUrl: string;
  /** PEM; empty takes those that Node knows. */
  readonly caCertificate: string;
  /** Owner and name of the repository. */
  readonly owner: string;
  readonly repository: string;
  /** True where the owner is a user. */
  readonly personal: boolean;
}

/** An installation of an app, logged in. */
export interface AppLogin {
  readonly appId: string;
  readonly installationId: string;
  /** Ends within the hour. */
  readonly token: string;
  /** What the installation may; absent where the server does not say. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** The app's installation on the repository; absent where there is none, or no such repository yet. */
  readonly repositoryInstallationId?: string;
  /** Page of the installation. */
  readonly settingsUrl: string;
}

/** What logging in needs of the world. */
export interface AppPorts {
  readonly git: Pick<typeof git, 'fetchInstallationToken'>;
  readonly clock: { now(): number };
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/**
 * Logs in as the installation of a GitHub App, and finds out whether it is one on the repository. Changes nothing.
 *
 * Effects: asks GitHub
 *
 * @throws {FluxError} bootstrap/app-refused: with the cause and the mend; git/…
 */
export async function logInAsApp(options: AppOptions, ports: AppPorts): Promise<AppLogin> {
  const { appId, installationId, installationOwner, owner, repository } = options;
  const { progress, clock, signal } = ports;
  progress.action(`logging in as GitHub App ${appId}`);
  const app: git.GitHubApp = {
    appId,
    privateKey: options.privateKey,
    baseUrl: options.apiUrl,
    ...(installationId === '' ? { installationOwner } : { installationId }),
    ...(options.caCertificate === '' ? {} : { tls: { caFile: options.caCertificate } }),
  };
  const found = await ports.git
    .fetchInstallationToken(app, {
      now: () => clock.now(),
      repository: `${owner}/${repository}`,
      ...(signal === undefined ? {} : { signal }),
    })
    .catch((error: unknown) => {
      throw isFluxError(error, 'git/app-refused') ? explain(error, appId) : error;
    });
  progress.success(`app ${appId}, installation ${found.installationId}: ${formatPermissions(found.permissions)}`);
  const place = options.personal ? '' : `organizations/${encodeURIComponent(owner)}/`;
  return {
    appId,
    installationId: found.installationId,
    token: found.password,
    ...(found.permissions === undefined ? {} : { permissions: found.permissions }),
    ...(found.repositoryInstallationId === undefined ? {} : { repositoryInstallationId: found.repositoryInstallationId }),
    settingsUrl: `${options.webUrl}${place}settings/installations/${found.installationId}`,
  };
}

function explain(error: FluxError, appId: string): FluxError {
  const cause = error.details?.['cause'];
  return new FluxError('bootstrap/app-refused', `GitHub gives app ${appId} no token: ${String(cause)} (${error.message})`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details },
    cause: error,
  });
}

function formatPermissions(permissions: Readonly<Record<string, string>> | undefined): string {
  if (permissions === undefined) return 'GitHub does not say what it may';
  const levels = Object.entries(permissions).map(([name, level]) => `${name} ${level}`);
  return levels.length === 0 ? 'it may do nothing' : `may ${levels.toSorted().join(', ')}`;
}
