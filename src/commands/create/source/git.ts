import type { AnyCommand } from '../../../lib/cli/command.ts';
import { boolean, choice, string, strings } from '../../../lib/cli/flags.ts';
import { type GitRepositoryOptions, makeGitRepository } from '../../../lib/features/create/index.ts';
import { createCommand, type CreateOptions } from '../../support/create-command.ts';
import { FETCH_TIMEOUT_FLAG, idleLogin } from '../../support/source-flags.ts';
import { SSH_KEY_FLAGS } from '../../support/ssh-key-flags.ts';

const FLAGS = {
  ...SSH_KEY_FLAGS,
  branch: string({ description: 'branch' }),
  'ca-file': string({ description: 'file with the certificate authority of the server' }),
  commit: string({ description: 'commit' }),
  'fetch-timeout': FETCH_TIMEOUT_FLAG,
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
};

const command: AnyCommand = createCommand({
  kind: 'GitRepository',
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
  flags: FLAGS,
  make: (options) => makeGitRepository(settingsOf(options)),
  async prepare(object, options, { flags, global, context }) {
    if (options.secretRef !== '') return object;
    const { storeGitSecret } = await import('../../support/store-git-secret.ts');
    const secretName = await storeGitSecret({ ...options, flags, yes: options.silent || global.yes }, context);
    return secretName === undefined ? object : makeGitRepository({ ...settingsOf(options), secretRef: secretName });
  },
  idle: (options) => idleLogin(options, 'git', ['username', 'password', 'private-key-file']),
});
export default command;

function settingsOf(options: CreateOptions<typeof FLAGS>): GitRepositoryOptions {
  return {
    ...options,
    semver: options.tagSemver,
    intervalMs: options.interval,
    timeoutMs: options.fetchTimeout,
    sparseCheckout: options.sparseCheckoutPaths,
    hasCaFile: options.caFile !== '',
  };
}
