import { FluxError } from '../../core/errors.ts';
import type { Forge, ForgeIdentity, ForgeRepository, RepositoryRef } from '../../engine/forge/index.ts';
import type { Progress } from '../../core/progress.ts';
import type { ForgeBootstrapOptions } from './forge-options.ts';
import type { AppLogin } from './log-in-as-app.ts';

/**
 * Finds out, without a change, whether all that follows will be allowed.
 *
 * Effects: asks the forge
 *
 * @returns absent where the repository is to be made
 * @throws {FluxError} forge/…
 */
export async function checkRights(
  ref: RepositoryRef,
  options: ForgeBootstrapOptions,
  { forge, progress }: { readonly forge: Forge; readonly progress: Progress },
): Promise<ForgeRepository | undefined> {
  const identity = await forge.identify();
  checkIdentity(identity, ref, options, forge);
  const who = options.app === undefined ? identity.login || 'the token' : `app ${options.app.appId}`;
  const repository = await forge.findRepository(ref);
  if (options.app !== undefined) checkApp(options.app, repository, ref, options);
  if (repository === undefined) {
    await forge.checkOwner(ref, options.visibility);
    progress.success(`rights checked: ${forge.title} knows ${who}, the repository is to be created`);
    return undefined;
  }
  const lacks = (what: string): FluxError =>
    new FluxError('forge/no-right', `${who} may not ${what} ${repository.fullName} on ${forge.title}`, {
      hint: `ask an owner of it; the token needs ${forge.neededScopes}`,
    });
  if (!repository.canPush) throw lacks('push to');
  const needsAdmin = !options.tokenAuth || options.reconcile;
  if (needsAdmin && !repository.canAdmin) throw lacks(options.reconcile ? 'change the settings of' : 'add deploy keys to');
  // A token may have less than the user who made it; only asking shows.
  if (needsAdmin) await forge.listDeployKeys(repository);
  await forge.checkWrite?.(ref);
  progress.success(`rights checked on ${repository.fullName}`);
  return repository;
}

function checkIdentity(
  { login, scopes, isInstallation = false }: ForgeIdentity,
  ref: RepositoryRef,
  options: ForgeBootstrapOptions,
  forge: Forge,
): void {
  if (scopes !== undefined && !forge.hasScopes(scopes)) {
    throw new FluxError(
      'forge/missing-scope',
      `the token of ${login} has the scopes ${scopes.join(', ')}, which are not enough`,
      {
        hint: `make one with ${forge.neededScopes}`,
        details: { scopes },
      },
    );
  }
  if (ref.personal && login !== '' && login.toLowerCase() !== ref.owner.toLowerCase()) {
    throw new FluxError(
      'forge/other-user',
      `the specified owner '${ref.owner}' doesn't match the identity associated with the given token: it is that of '${login}'`,
      { hint: `--owner=${login}, or a token of ${ref.owner}` },
    );
  }
  if (isInstallation && options.app === undefined && options.tokenAuth) {
    throw new FluxError(
      'forge/short-lived-token',
      'the token is that of an installation of an app and ends within the hour, so the cluster cannot go on with it',
      {
        hint: 'leave out --token-auth, so that the cluster gets a deploy key; or give the app itself: --app-id, --app-private-key',
      },
    );
  }
}

/** What an installation may shows in full before it is used. */
function checkApp(
  app: AppLogin,
  repository: ForgeRepository | undefined,
  { owner, name, personal }: RepositoryRef,
  options: ForgeBootstrapOptions,
): void {
  if (repository === undefined && personal) {
    throw new FluxError(
      'forge/app-no-repository',
      `app ${app.appId} sees no ${owner}/${name}, and apps make no repositories for users`,
      {
        hint: `make it by hand, and add it to the installation at ${app.settingsUrl}`,
      },
    );
  }
  if (repository !== undefined && app.repositoryInstallationId !== app.installationId) {
    const other = app.repositoryInstallationId;
    throw new FluxError(
      'forge/app-not-installed',
      other === undefined
        ? `app ${app.appId} is not installed on ${repository.fullName}`
        : `installation ${app.installationId} of app ${app.appId} is not the one on ${repository.fullName}, which is ${other}`,
      {
        hint:
          other === undefined ? `add the repository to the installation at ${app.settingsUrl}` : `--app-installation-id=${other}`,
      },
    );
  }
  const missing = listNeeds(options, repository).filter(({ name: needed }) => (app.permissions?.[needed] ?? '') !== 'write');
  if (app.permissions === undefined || missing.length === 0) return;
  const told = missing.map(({ name: needed, why }) => `${needed}: write (it has ${app.permissions?.[needed] ?? 'none'}) ${why}`);
  const saves = missing.some(({ isSaved }) => isSaved) ? '; with --token-auth no deploy key is needed' : '';
  throw new FluxError('forge/missing-permission', `app ${app.appId} lacks ${told.join(', and ')}`, {
    hint: `grant it to the app (Settings, Developer settings, GitHub Apps, "Permissions & events"), then accept it at ${app.settingsUrl}${saves}`,
    details: { missing: missing.map(({ name: needed }) => needed), permissions: app.permissions },
  });
}

/** A permission that has to be `write`. */
interface Need {
  readonly name: string;
  /** Completes "lacks administration: write …". */
  readonly why: string;
  /** True where `--token-auth` saves it. */
  readonly isSaved?: boolean;
}

/**
 * Source: https://docs.github.com/rest/authentication/permissions-required-for-github-apps. Granting teams needs more; it
 * stops nothing where it fails.
 */
function listNeeds(options: ForgeBootstrapOptions, repository: ForgeRepository | undefined): Need[] {
  const needs: Need[] = [{ name: 'contents', why: 'to push commits' }];
  if (repository === undefined) needs.push({ name: 'administration', why: 'to make the repository' });
  else if (options.reconcile) needs.push({ name: 'administration', why: 'to change the settings of the repository' });
  else if (!options.tokenAuth) needs.push({ name: 'administration', why: 'to add a deploy key', isSaved: true });
  if (options.pullRequest && repository !== undefined) needs.push({ name: 'pull_requests', why: 'to open a pull request' });
  return needs;
}
