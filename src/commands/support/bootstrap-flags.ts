import { boolean, duration, type Flag, type FlagValues, relativePath, string, strings } from '../../lib/cli/flags.ts';
import type { GlobalValues } from '../../lib/cli/global-flags.ts';
import type { Context } from '../../lib/context.ts';
import { kindNamed } from '../../lib/core/kinds.ts';
import { type BootstrapOptions, type BootstrapWorld, DEFAULT_BOOTSTRAP_OPTIONS } from '../../lib/features/bootstrap/index.ts';
import { readCaFile, readPrivateKeyFile } from '../../lib/features/create/index.ts';
import { INSTALL_FLAGS, renderOptionsOf } from './install-flags.ts';
import { SIGNING_FLAGS } from './signing-flags.ts';
import { SSH_KEY_FLAGS } from './ssh-key-flags.ts';

/** The flags that all forms of `bootstrap` share. */
export const BOOTSTRAP_FLAGS: typeof INSTALL_FLAGS &
  typeof SSH_KEY_FLAGS &
  typeof SIGNING_FLAGS & {
    readonly 'author-email': Flag<string>;
    readonly 'author-name': Flag<string>;
    readonly branch: Flag<string>;
    readonly 'ca-file': Flag<string>;
    readonly 'commit-message-appendix': Flag<string>;
    readonly drive: Flag<boolean>;
    readonly interval: Flag<number>;
    readonly path: Flag<string>;
    readonly 'private-key-file': Flag<string>;
    readonly 'recurse-submodules': Flag<boolean>;
    readonly 'secret-name': Flag<string>;
    readonly 'sparse-checkout': Flag<readonly string[]>;
    readonly 'ssh-hostkey-algos': Flag<readonly string[]>;
    readonly 'ssh-hostname': Flag<string>;
    readonly 'token-auth': Flag<boolean>;
    readonly wait: Flag<boolean>;
  } = {
  ...INSTALL_FLAGS,
  ...SSH_KEY_FLAGS,
  ...SIGNING_FLAGS,
  'author-email': string({ description: 'e-mail of the author of the commits' }),
  'author-name': string({ default: 'Flux', description: 'name of the author of the commits' }),
  branch: string({ default: 'main', description: 'branch' }),
  'ca-file': string({ description: 'file with the certificate authority of the server' }),
  'commit-message-appendix': string({ description: 'added to the messages of the commits, such as [ci skip]' }),
  drive: boolean({ description: 'reconciles right here, rather than by the controllers in the cluster' }),
  interval: duration({ defaultText: '1m0s', description: 'how often the repository is looked at' }),
  path: relativePath({ description: 'folder of the cluster in the repository' }),
  'private-key-file': string({ description: 'file with a private key' }),
  'recurse-submodules': boolean({ description: 'fetches submodules too' }),
  'secret-name': string({ default: 'flux-system', description: "secret with the cluster's login" }),
  'sparse-checkout': strings({ description: 'folder to fetch, rather than all; can be repeated' }),
  'ssh-hostkey-algos': strings({
    description: 'has no effect: the host keys that the server shows are all kept',
    hidden: true,
  }),
  'ssh-hostname': string({ description: 'host for SSH, where it is not that of the URL' }),
  'token-auth': boolean({ description: 'the cluster logs in with the password rather than with a deploy key' }),
  wait: boolean({ default: true, description: 'waits until the cluster has reconciled' }),
};

/** How to bootstrap, from the flags that all forms share. */
export async function bootstrapOptionsOf(
  flags: FlagValues<typeof BOOTSTRAP_FLAGS>,
  global: GlobalValues,
  context: Context,
  isOffline: boolean,
): Promise<BootstrapOptions> {
  return {
    ...DEFAULT_BOOTSTRAP_OPTIONS,
    ...renderOptionsOf(flags, isOffline ? global.namespace : await context.namespace()),
    selfManaged: true,
    branch: flags.branch,
    path: flags.path,
    intervalMs: flags.interval,
    tokenAuth: flags['token-auth'],
    secretName: flags['secret-name'],
    privateKey: flags['private-key-file'] === '' ? '' : await readPrivateKeyFile(flags['private-key-file'], context.readTextFile),
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
    silent: global.yes,
    wait: flags.wait,
    timeoutMs: global.timeout,
  };
}

/**
 * Reconciles right here, where `--drive` asks for that.
 *
 * @param asAccounts true lets it log in to clouds in the name of accounts of the cluster, as the controllers then do
 */
export function drivePortOf(
  { drive }: { readonly drive: boolean },
  context: Context,
  asAccounts = false,
): Pick<BootstrapWorld, 'drive'> {
  if (!drive) return {};
  return {
    drive: async (ref) => {
      const { driveOne } = await import('./drive-one.ts');
      const place = { namespace: ref.namespace ?? '', name: ref.name };
      const identity = { objectLevelIdentity: asAccounts, vaultConfigMap: '' };
      const output = await driveOne(kindNamed('Kustomization'), place, context, { withSource: true, identity });
      if (output.error !== undefined) throw output.error;
    },
  };
}
