import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, duration, relativePath, string, strings } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import {
  BOOTSTRAP_VIEW,
  type BootstrapOptions,
  bootstrapGit,
  formatBootstrapFiles,
  renderBootstrap,
} from '../../lib/features/bootstrap/index.ts';
import { readCaFile, readPrivateKeyFile } from '../../lib/features/create/index.ts';
import { kindNamed } from '../../lib/core/kinds.ts';
import { customManifestsOf, INSTALL_FLAGS, installPortsOf, renderOptionsOf } from '../support/install-flags.ts';
import { SIGNING_FLAGS, signerOf } from '../support/signing-flags.ts';
import { SSH_KEY_FLAGS } from '../support/ssh-key-flags.ts';

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
      description: 'See what would be committed',
      command: 'flux-ts bootstrap git --url=ssh://git@git.example.com/platform/fleet --path=clusters/prod --export',
    },
  ],
  flags: {
    ...INSTALL_FLAGS,
    ...SSH_KEY_FLAGS,
    ...SIGNING_FLAGS,
    'allow-insecure-http': boolean({ description: 'allows http URLs, over which anybody can read the password' }),
    'author-email': string({ description: 'e-mail of the author of the commits' }),
    'author-name': string({ default: 'Flux', description: 'name of the author of the commits' }),
    branch: string({ default: 'main', description: 'branch' }),
    'ca-file': string({ description: 'file with the certificate authority of the server' }),
    'commit-message-appendix': string({ description: 'added to the messages of the commits, such as [ci skip]' }),
    drive: boolean({ description: 'reconciles right here, rather than by the controllers in the cluster' }),
    export: boolean({ description: 'prints what would be committed; neither repository nor cluster is asked' }),
    interval: duration({ defaultText: '1m0s', description: 'how often the repository is looked at' }),
    password: string({ short: 'p', description: 'password or token, or passphrase of the private key; better in GIT_PASSWORD' }),
    path: relativePath({ description: 'folder of the cluster in the repository' }),
    'private-key-file': string({ description: 'file with a private key' }),
    'recurse-submodules': boolean({ description: 'fetches submodules too' }),
    'secret-name': string({ default: 'flux-system', description: "secret with the cluster's login" }),
    silent: boolean({ short: 's', description: 'takes it that the deploy key has access already' }),
    'sparse-checkout': strings({ description: 'folder to fetch, rather than all; can be repeated' }),
    'ssh-hostkey-algos': strings({
      description: 'has no effect: the host keys that the server shows are all kept',
      hidden: true,
    }),
    'ssh-hostname': string({ description: 'host for SSH, where it is not that of the URL' }),
    'token-auth': boolean({ description: 'the cluster logs in with the password rather than with a deploy key' }),
    url: string({ description: 'URL of the repository: ssh or https' }),
    username: string({ short: 'u', default: 'git', description: 'user name' }),
    wait: boolean({ default: true, description: 'waits until the cluster has reconciled' }),
    'with-bearer-token': boolean({ description: 'sends the password as a bearer token' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  async run({ flags, global, context }) {
    const { host } = context;
    const options: BootstrapOptions = {
      ...renderOptionsOf(flags, flags.export ? global.namespace : await context.namespace()),
      selfManaged: true,
      url: flags.url,
      branch: flags.branch,
      path: flags.path,
      intervalMs: flags.interval,
      username: flags.username,
      password: flags.password || (host.env['GIT_PASSWORD'] ?? ''),
      tokenAuth: flags['token-auth'],
      withBearerToken: flags['with-bearer-token'],
      allowInsecureHttp: flags['allow-insecure-http'],
      secretName: flags['secret-name'],
      privateKey:
        flags['private-key-file'] === '' ? '' : await readPrivateKeyFile(flags['private-key-file'], context.readTextFile),
      caCertificate: flags['ca-file'] === '' ? '' : await readCaFile(flags['ca-file'], context.readTextFile),
      sshHostname: flags['ssh-hostname'],
      sshKeyAlgorithm: flags['ssh-key-algorithm'] || 'ecdsa',
      sshRsaBits: flags['ssh-rsa-bits'],
      sshEcdsaCurve: flags['ssh-ecdsa-curve'] || 'p384',
      authorName: flags['author-name'],
      authorEmail: flags['author-email'],
      commitMessageAppendix: flags['commit-message-appendix'],
      recurseSubmodules: flags['recurse-submodules'],
      sparseCheckout: flags['sparse-checkout'],
      force: flags.force,
      silent: flags.silent || global.yes,
      wait: flags.wait,
      timeoutMs: global.timeout,
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
      ...sign,
      ...(flags.drive
        ? {
            drive: async (ref) => {
              const { driveOne } = await import('../support/drive-one.ts');
              const output = await driveOne(
                kindNamed('Kustomization'),
                { namespace: ref.namespace ?? '', name: ref.name },
                context,
                { withSource: true },
              );
              if (output.error !== undefined) throw output.error;
            },
          }
        : {}),
    });
    return { data: result, view: table(BOOTSTRAP_VIEW, result.objects), names: result.objects.map((object) => object.subject) };
  },
});
export default command;
