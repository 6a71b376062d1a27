import type { Context } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { checkGitUrl, makeGitSecret, readCaFile } from '../../lib/features/create/index.ts';
import { storeObject } from '../../lib/features/objects/index.ts';
import { type SshIdentityFlags, sshIdentityOf } from './ssh-identity.ts';

/** What the secret of a new source is made of. */
export interface SourceSecretOptions {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly url: string;
  readonly flags: SshIdentityFlags & { readonly username: string; readonly 'ca-file': string };
  /** Does not ask whether the deploy key is in place. */
  readonly yes: boolean;
}

/**
 * Stores the secret that a new GitRepository needs, named as the source; nothing where it needs none.
 *
 * Effects: writes a Secret; over SSH it prints the public key and asks
 * Source: fluxcd/flux2 cmd/flux/create_source_git.go
 *
 * @returns the name of the secret; undefined where none is needed
 */
export async function storeGitSecret(options: SourceSecretOptions, context: Context): Promise<string | undefined> {
  const { flags } = options;
  const { progress } = context;
  const base = { name: options.name, namespace: options.namespace, labels: options.labels };
  const none = { username: '', password: '', bearerToken: '', caCertificate: '' };
  let secret: ReturnType<typeof makeGitSecret>;
  if (checkGitUrl(options.url) === 'ssh') {
    progress.generate('generating deploy key pair');
    const ssh = await sshIdentityOf(options.url, flags, context);
    progress.success(`deploy key: ${ssh.publicKey.trim()}`);
    if (!options.yes && !(await context.confirm('Have you added the deploy key to your repository')))
      throw new FluxError('create/aborted', 'aborting');
    secret = makeGitSecret({ ...base, ...none, ssh });
  } else {
    const caCertificate = flags['ca-file'] === '' ? '' : await readCaFile(flags['ca-file'], context.readTextFile);
    const hasUser = flags.username !== '' && flags.password !== '';
    if (!hasUser && caCertificate === '') return undefined;
    secret = makeGitSecret({ ...base, ...none, username: flags.username, password: flags.password, caCertificate });
  }
  progress.action('applying secret with repository credentials');
  await storeObject(secret, await context.kube(), { fieldManager: 'flux', signal: context.signal });
  progress.success('authentication configured');
  return options.name;
}
