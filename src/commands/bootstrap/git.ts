import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, choice, string } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import {
  BOOTSTRAP_VIEW,
  type BootstrapOptions,
  bootstrapGit,
  formatBootstrapFiles,
  renderBootstrap,
} from '../../lib/features/bootstrap/index.ts';
import { BOOTSTRAP_FLAGS, bootstrapOptionsOf, drivePortOf } from '../support/bootstrap-flags.ts';
import { customManifestsOf, installPortsOf } from '../support/install-flags.ts';
import { signerOf } from '../support/signing-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Install Flux and keep its manifests in a Git repository',
  description:
    'Commits the controllers and the sync objects, applies them, and waits until the cluster has reconciled the commit. Doing it again upgrades. With --drive the commit is reconciled right here, for clusters where no controller runs.',
  examples: [
    {
      description: 'Over SSH, with a key that may push',
      command:
        'flux-ts bootstrap git --url=ssh://git@git.example.com/platform/fleet --branch=main --path=clusters/prod --private-key-file=./deploy-key',
    },
    {
      description: 'Over HTTPS with a token',
      command:
        'GIT_PASSWORD=$TOKEN flux-ts bootstrap git --url=https://git.example.com/platform/fleet --token-auth --path=clusters/prod',
    },
    {
      description: 'In Azure DevOps, by identities alone: yours pushes, that of source-controller pulls',
      command: 'flux-ts bootstrap git --url=https://dev.azure.com/org/project/_git/fleet --provider=azure --path=clusters/prod',
    },
    {
      description: 'See what would be committed',
      command: 'flux-ts bootstrap git --url=ssh://git@git.example.com/platform/fleet --path=clusters/prod --export',
    },
  ],
  flags: {
    ...BOOTSTRAP_FLAGS,
    'allow-insecure-http': boolean({ description: 'allows http URLs, over which anybody can read the password' }),
    export: boolean({ description: 'prints what would be committed; neither repository nor cluster is asked' }),
    password: string({ short: 'p', description: 'password or token, or passphrase of the private key; better in GIT_PASSWORD' }),
    provider: choice<'aws' | 'azure'>({
      options: ['aws', 'azure'],
      description:
        'cloud whose identity the cluster logs in by, without a secret (default: aws for CodeCommit over https without --token-auth)',
    }),
    silent: boolean({ short: 's', description: 'takes it that the deploy key has access already' }),
    'source-service-account': string({
      description: 'account of the cluster whose identity that is; default: whatever source-controller runs as',
    }),
    url: string({ description: 'URL of the repository: ssh or https' }),
    username: string({ short: 'u', default: 'git', description: 'user name' }),
    'with-bearer-token': boolean({ description: 'sends the password as a bearer token' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  async run({ flags, global, context }) {
    const { host } = context;
    const options: BootstrapOptions = {
      ...(await bootstrapOptionsOf(flags, global, context, flags.export)),
      url: flags.url,
      username: flags.username,
      password: flags.password || (host.env['GIT_PASSWORD'] ?? ''),
      withBearerToken: flags['with-bearer-token'],
      provider: flags.provider,
      sourceAccount: flags['source-service-account'],
      allowInsecureHttp: flags['allow-insecure-http'],
      silent: flags.silent || global.yes,
    };
    const manifests = await context.manifests();
    const custom = await customManifestsOf(flags.manifests, context);
    const sign = await signerOf(flags, context);
    if (flags.export) {
      const files = await renderBootstrap(options, manifests, custom.customManifests);
      return { text: formatBootstrapFiles(files), data: { files } };
    }
    const result = await bootstrapGit(options, {
      ...(await installPortsOf(context, options.force || options.silent)),
      manifests,
      ...custom,
      git: await context.git(),
      cloud: await context.cloud(),
      ...sign,
      ...drivePortOf(flags, context, flags['source-service-account'] !== '' || flags['multi-tenant']),
    });
    return { data: result, view: table(BOOTSTRAP_VIEW, result.objects), names: result.objects.map((object) => object.subject) };
  },
});
export default command;
