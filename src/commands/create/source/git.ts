import { type AnyCommand, defineCommand } from '../../../lib/cli/command.ts';
import { documents } from '../../../lib/cli/documents.ts';
import { boolean, choice, duration, string, strings } from '../../../lib/cli/flags.ts';
import { kindNamed } from '../../../lib/core/kinds.ts';
import { checkObjectName, makeGitRepository, parseLabels } from '../../../lib/features/create/index.ts';
import { CREATE_FLAGS } from '../../support/create-flags.ts';
import { SSH_KEY_FLAGS } from '../../support/ssh-key-flags.ts';
import { DRIVE_FLAG, storeAndReconcile } from '../../support/store-and-reconcile.ts';

const command: AnyCommand = defineCommand({
  summary: 'Create or update a GitRepository',
  description:
    'Stores the GitRepository, with the secret for it where credentials are given, and waits until its controller has fetched it; with --drive it is fetched right here.',
  examples: [
    {
      description: 'A public repository, at a branch',
      command: 'flux-ts create source git podinfo --url=https://github.com/stefanprodan/podinfo --branch=master',
    },
    {
      description: 'A private one over SSH, with a key that there is',
      command:
        'flux-ts create source git team -n apps --url=ssh://git@git.example.com/team/app --branch=main --private-key-file=./deploy-key --silent',
    },
    {
      description: 'The highest version of a range, as YAML',
      command:
        'flux-ts create source git podinfo --url=https://github.com/stefanprodan/podinfo --tag-semver=">=6.0.0 <7.0.0" --export',
    },
  ],
  args: [{ name: 'name', required: true }],
  flags: {
    ...CREATE_FLAGS,
    ...SSH_KEY_FLAGS,
    branch: string({ description: 'branch' }),
    'ca-file': string({ description: 'file with the certificate authority of the server' }),
    commit: string({ description: 'commit' }),
    'fetch-timeout': duration({ defaultText: '1m0s', description: 'time limit of a fetch' }),
    'ignore-paths': strings({ description: 'pattern of files to leave out; can be repeated' }),
    password: string({ short: 'p', description: 'password, or passphrase of the private key' }),
    'private-key-file': string({ description: 'file with a private key' }),
    provider: choice({
      options: ['generic', 'github', 'aws', 'azure'],
      description: 'who authenticates',
      refuse: (text) =>
        text === ''
          ? 'no source Git provider given, please specify the Git provider name'
          : `source Git provider '${text}' is not supported, must be one of: generic|github|aws|azure`,
    }),
    'proxy-secret-ref': string({ description: 'secret with the address of a proxy' }),
    'recurse-submodules': boolean({ description: 'fetches submodules too' }),
    'ref-name': string({ description: 'full name of a ref, such as refs/pull/420/head' }),
    'secret-ref': string({ description: 'secret with the credentials that there already is' }),
    silent: boolean({ short: 's', description: 'does not ask' }),
    'sparse-checkout-paths': strings({ description: 'folder to fetch, rather than all; can be repeated' }),
    tag: string({ description: 'tag' }),
    'tag-semver': string({ description: 'range of versions; the highest tag counts' }),
    url: string({ description: 'URL: https, http or ssh' }),
    username: string({ short: 'u', description: 'user name' }),
    drive: DRIVE_FLAG,
  },
  outputs: ['table', 'yaml', 'json', 'name'],
  async run({ args, flags, given, global, context }) {
    const name = checkObjectName(args[0]);
    const options = {
      name,
      namespace: flags.export ? global.namespace : await context.namespace(),
      labels: parseLabels(flags.label),
      url: flags.url,
      branch: flags.branch,
      tag: flags.tag,
      semver: flags['tag-semver'],
      commit: flags.commit,
      refName: flags['ref-name'],
      intervalMs: flags.interval,
      timeoutMs: given.has('fetch-timeout') ? flags['fetch-timeout'] : 0,
      secretRef: flags['secret-ref'],
      proxySecretRef: flags['proxy-secret-ref'],
      provider: flags.provider,
      recurseSubmodules: flags['recurse-submodules'],
      ignorePaths: flags['ignore-paths'],
      sparseCheckout: flags['sparse-checkout-paths'],
      hasCaFile: flags['ca-file'] !== '',
    };
    const object = makeGitRepository(options);
    if (flags.export) return documents([object]);

    const { progress } = context;
    progress.generate('generating GitRepository source');
    let wanted = object;
    if (options.secretRef === '') {
      const { storeGitSecret } = await import('../../support/store-git-secret.ts');
      const secretName = await storeGitSecret({ ...options, flags, yes: flags.silent || global.yes }, context);
      if (secretName !== undefined) wanted = makeGitRepository({ ...options, secretRef: secretName });
    }
    return await storeAndReconcile(kindNamed('GitRepository'), wanted, flags.drive, context);
  },
});
export default command;
