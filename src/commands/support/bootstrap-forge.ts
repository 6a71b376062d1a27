import type { CommandInput } from '../../lib/cli/command.ts';
import { boolean, type Flag, type FlagValues, string, strings } from '../../lib/cli/flags.ts';
import { type Output, table } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import {
  BOOTSTRAP_VIEW,
  bootstrapForge,
  checkJobToken,
  checkForgeOptions,
  type ForgeBootstrapOptions,
  type ForgeBootstrapWorld,
} from '../../lib/features/bootstrap/index.ts';
import { BOOTSTRAP_FLAGS, bootstrapOptionsOf, drivePortOf } from './bootstrap-flags.ts';
import type { ForgeApp } from './github-app.ts';
import { customManifestsOf, installPortsOf } from './install-flags.ts';
import { signerOf } from './signing-flags.ts';

/** The flags of all forges. */
export const FORGE_FLAGS: typeof BOOTSTRAP_FLAGS & {
  readonly owner: Flag<string>;
  readonly personal: Flag<boolean>;
  readonly private: Flag<boolean>;
  readonly 'pull-request': Flag<boolean>;
  readonly 'read-write-key': Flag<boolean>;
  readonly reconcile: Flag<boolean>;
  readonly repository: Flag<string>;
} = {
  ...BOOTSTRAP_FLAGS,
  owner: string({ description: 'user, organization, group or project that the repository belongs to' }),
  personal: boolean({ description: 'the owner is a user' }),
  private: boolean({ default: true, description: 'makes the repository private' }),
  'pull-request': boolean({
    description: 'proposes the commits in a pull request, for branches that nobody may push to; run it again once that is merged',
  }),
  'read-write-key': boolean({ description: 'lets the deploy key write' }),
  reconcile: boolean({ description: 'brings settings and teams of a repository that is there to what is asked for' }),
  repository: string({ description: 'name of the repository; made where it is not there' }),
};

/** Teams that are given access. */
export const TEAM_FLAG: Flag<readonly string[]> = strings({
  description: 'team that gets access, as NAME or NAME:PERMISSION (pull, triage, push, maintain, admin); can be repeated',
});

/** What is different from forge to forge. */
export interface ForgeChoice extends Pick<ForgeBootstrapOptions, 'visibility' | 'teams' | 'teamPermission' | 'deployTokenAuth'> {
  readonly name: 'github' | 'gitlab' | 'gitea' | 'bitbucket-server';
  readonly hostname: string;
  /** Variable with the token. */
  readonly tokenVariable: string;
  /** Name that the token pushes under. */
  readonly tokenUsername: string;
  /** Logs in as an app instead of with a token; absent where the forge has no apps. */
  readonly logInAsApp?: (caCertificate: string) => Promise<ForgeApp | undefined>;
}

/** The name that tokens of installations push under. */
const INSTALLATION_USER = 'x-access-token';

/** Runs a `bootstrap` with a forge. */
export async function runForge(
  {
    flags,
    global,
    context,
  }: Pick<CommandInput<typeof FORGE_FLAGS>, 'global' | 'context'> & {
    readonly flags: FlagValues<typeof FORGE_FLAGS>;
  },
  choice: ForgeChoice,
): Promise<Output> {
  const shared = await bootstrapOptionsOf(flags, global, context, false);
  const unasked: ForgeBootstrapOptions = {
    ...shared,
    owner: flags.owner,
    repository: flags.repository,
    personal: flags.personal,
    reconcile: flags.reconcile,
    readWriteKey: flags['read-write-key'],
    pullRequest: flags['pull-request'],
    visibility: choice.visibility,
    teams: choice.teams,
    teamPermission: choice.teamPermission,
    deployTokenAuth: choice.deployTokenAuth,
    tokenUsername: choice.tokenUsername,
    token: '',
  };
  checkForgeOptions(unasked);
  const app = await choice.logInAsApp?.(shared.caCertificate);
  const options: ForgeBootstrapOptions =
    app === undefined
      ? await withToken(unasked, choice, context)
      : { ...unasked, app: app.login, appSecret: app.secret, token: app.login.token, tokenUsername: INSTALLATION_USER };
  const permissions = app?.login.permissions;
  const forge = await context.forge(choice.name, {
    hostname: choice.hostname,
    token: options.token,
    caCertificate: options.caCertificate,
    ...(app === undefined ? {} : { baseUrl: app.apiUrl }),
    ...(permissions === undefined ? {} : { permissions }),
  });
  const world: ForgeBootstrapWorld = {
    ...(await installPortsOf(context, options.force || options.silent)),
    manifests: await context.manifests(),
    ...(await customManifestsOf(flags.manifests, context)),
    git: await context.git(),
    forge,
    ...(await signerOf(flags, context)),
    ...drivePortOf(flags, context),
  };
  const result = await bootstrapForge(options, world);
  if (result.kind === 'proposed') return { data: result, text: `${result.proposal.url}\n`, names: [result.proposal.url] };
  const { objects } = result.bootstrap;
  return { data: result, view: table(BOOTSTRAP_VIEW, objects), names: objects.map(({ subject }) => subject) };
}

async function withToken(options: ForgeBootstrapOptions, choice: ForgeChoice, context: Context): Promise<ForgeBootstrapOptions> {
  const token = await readToken(choice.tokenVariable, context);
  if (choice.name === 'gitlab') checkJobToken(token, context.host.env['CI_JOB_TOKEN'] ?? '');
  return { ...options, token, ...(token.startsWith('ghs_') ? { tokenUsername: INSTALLATION_USER } : {}) };
}

/** From the environment, or piped in: never from a flag, which others on the machine can read. */
async function readToken(variable: string, { host }: Context): Promise<string> {
  const token = host.env[variable] ?? '';
  return token !== '' || host.interactive ? token : (await host.readStdin()).trim();
}
