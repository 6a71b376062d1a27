import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { type Forge, type ForgeRepository, type RepositoryRef } from '../../engine/forge/index.ts';
import { bootstrapGit, type BootstrapResult } from './bootstrap-git.ts';
import { checkRights } from './check-rights.ts';
import { accessName, ensureDeployKey } from './ensure-deploy-key.ts';
import { checkForgeOptions, type ForgeBootstrapOptions, teamsOf } from './forge-options.ts';
import type { AppLogin } from './log-in-as-app.ts';
import { checkBootstrapOptions } from './options.ts';
import type { BootstrapWorld } from './ports.ts';
import { proposeChanges, type Proposal } from './propose-changes.ts';
import { checkSyncPath, readSync } from './read-sync.ts';

/** What bootstrapping needs beside a repository that is there. */
export interface ForgeBootstrapWorld extends BootstrapWorld {
  readonly forge: Forge;
}

/** What bootstrapping with a forge did: all of it, or a pull request that has to be merged first. */
export type ForgeBootstrapResult =
  | { readonly kind: 'done'; readonly repository: string; readonly bootstrap: BootstrapResult }
  | { readonly kind: 'proposed'; readonly repository: string; readonly proposal: Proposal };

/**
 * Bootstraps with a repository of a forge: sees to the repository, the teams and the key or token of the cluster, and goes on
 * as with any repository. What the token may is found out before anything is changed.
 *
 * Effects: writes the forge, the repository and the cluster
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_provider.go, cmd/flux/bootstrap_github.go and the like
 * Differs: asks for rights first; with `pullRequest` the cluster is left alone until the changes are merged
 *
 * @throws {FluxError} forge/…, and those of `bootstrapGit`
 */
export async function bootstrapForge(options: ForgeBootstrapOptions, world: ForgeBootstrapWorld): Promise<ForgeBootstrapResult> {
  checkForgeOptions(options);
  checkBootstrapOptions({ ...options, password: options.token });
  const { forge, progress } = world;
  progress.action(`connecting to ${forge.title}`);
  const ref: RepositoryRef = { owner: options.owner, name: options.repository, personal: options.personal };
  checkSyncPath(await readSync(options.namespace, world), options.path);
  const found = await checkRights(ref, options, world);
  const repository = found ?? (await createRepository(ref, options, world));
  if (found !== undefined && options.reconcile) {
    await forge.updateRepository(found, settingsOf(options));
    progress.success(`repository ${JSON.stringify(found.fullName)} reconciled`);
  }
  const warnings = found === undefined || options.reconcile ? await grantTeams(repository, ref, options, world) : 0;
  const deployToken = options.deployTokenAuth ? await makeDeployToken(repository, options, world) : undefined;
  const usesToken = options.tokenAuth || options.deployTokenAuth;
  const git: ForgeBootstrapOptions = {
    ...options,
    url: repository.httpsUrl,
    allowInsecureHttp: repository.httpsUrl.startsWith('http://'),
    password: options.token,
    pushUsername: options.tokenUsername,
    username: 'git',
    tokenAuth: usesToken,
    privateKeyPassphrase: options.privateKeyPassphrase ?? '',
    ...(usesToken ? {} : { sshUrl: repository.sshUrl }),
    ...(deployToken === undefined ? {} : { clusterLogin: deployToken }),
    ...(options.deployTokenAuth && deployToken === undefined ? { keepLogin: true } : {}),
  };
  if (options.pullRequest && found !== undefined) {
    const proposal = await proposeChanges(git, repository, world);
    if (proposal !== undefined) return { kind: 'proposed', repository: repository.fullName, proposal };
  }
  const bootstrap = await bootstrapGit(git, {
    ...world,
    giveAccess: (publicKey) => ensureDeployKey(repository, publicKey, options, world),
  }).catch((error: unknown) => {
    throw isFluxError(error, 'git/push-rejected') && !options.pullRequest ? withPullRequestHint(error, options) : error;
  });
  if (warnings > 0) progress.warning(`${warnings} of the teams got no permission; see above`);
  return { kind: 'done', repository: repository.fullName, bootstrap };
}

async function createRepository(
  ref: RepositoryRef,
  options: ForgeBootstrapOptions,
  { forge, progress }: ForgeBootstrapWorld,
): Promise<ForgeRepository> {
  const repository = await forge.createRepository(ref, settingsOf(options)).catch((error: unknown) => {
    throw options.app !== undefined && isFluxError(error, 'forge/refused') ? hiddenRepository(error, ref, options.app) : error;
  });
  progress.success(`repository ${JSON.stringify(repository.fullName)} created`);
  return repository;
}

/** Forges have rules for branches, and another way for what they keep from being pushed. */
function withPullRequestHint(cause: FluxError, { branch }: ForgeBootstrapOptions): FluxError {
  return new FluxError('git/push-rejected', cause.message, {
    hint: `where nobody may push to ${branch}, --pull-request proposes the commits; else check the rules of the branch`,
    details: { ...cause.details },
    cause,
  });
}

/** An installation does not see the private repositories that it is not on: that one is there shows only now. */
function hiddenRepository(cause: FluxError, { owner, name }: RepositoryRef, app: AppLogin): FluxError {
  if (!/already exists/i.test(cause.message)) return cause;
  return new FluxError(
    'forge/app-not-installed',
    `app ${app.appId} is not installed on ${owner}/${name}, which is there: ${cause.message}`,
    {
      hint: `add the repository to the installation at ${app.settingsUrl}`,
      cause,
    },
  );
}

function settingsOf({ visibility, branch }: ForgeBootstrapOptions): {
  visibility: ForgeBootstrapOptions['visibility'];
  defaultBranch: string;
  description: string;
} {
  return { visibility, defaultBranch: branch, description: '' };
}

/** A team that gets nothing is told, and does not stop the rest. */
async function grantTeams(
  repository: ForgeRepository,
  ref: RepositoryRef,
  options: ForgeBootstrapOptions,
  { forge, progress }: ForgeBootstrapWorld,
): Promise<number> {
  let failures = 0;
  for (const { name, permission } of teamsOf(options)) {
    try {
      const own = await forge.grantTeam(repository, ref, name, permission);
      const told = own === undefined ? '' : `; a team of ${forge.title} has the same in all its repositories`;
      progress.success(`granted ${JSON.stringify(own ?? permission)} permissions to ${JSON.stringify(name)}${told}`);
    } catch (error) {
      if (!isFluxError(error, 'forge/')) throw error;
      failures += 1;
      progress.failure(
        `failed to grant ${JSON.stringify(permission)} permissions to ${JSON.stringify(name)}: ${messageOf(error)}`,
      );
    }
  }
  return failures;
}

async function makeDeployToken(
  repository: ForgeRepository,
  options: ForgeBootstrapOptions,
  { forge, progress }: ForgeBootstrapWorld,
): Promise<{ username: string; password: string } | undefined> {
  if (forge.addDeployToken === undefined) {
    throw new FluxError('forge/no-deploy-tokens', `${forge.title} has no deploy tokens`, {
      hint: 'leave out --deploy-token-auth',
    });
  }
  const name = accessName(options);
  const made = await forge.addDeployToken(repository, name);
  progress.success(
    made === undefined
      ? 'reconciled deploy token for source secret'
      : `configured deploy token ${JSON.stringify(name)} for ${JSON.stringify(repository.fullName)}`,
  );
  return made;
}
