import { type Flag, string } from '../../lib/cli/flags.ts';
import type { Context } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { readPrivateKeyFile } from '../../lib/features/create/index.ts';
import type { GitLogin } from '../../lib/features/reconcile/index.ts';

/** How to log in to the sources of files that name no Secret. */
export interface LoginValues {
  readonly filename: readonly string[];
  readonly 'known-hosts-file': string;
  readonly password: string;
  readonly 'private-key-file': string;
  readonly username: string;
}

/** The flags; the names are those of `create secret git`. */
export const LOGIN_FLAGS: { readonly [K in Exclude<keyof LoginValues, 'filename'>]: Flag<string> } = {
  'known-hosts-file': string({ description: 'with -f: file with the host keys of the server (default ~/.ssh/known_hosts)' }),
  password: string({
    short: 'p',
    description: 'with -f: password or token, or passphrase of the private key; better in GIT_PASSWORD',
  }),
  'private-key-file': string({ description: 'with -f: private key for sources over SSH that name no secret' }),
  username: string({ short: 'u', description: 'with -f: user name for sources over HTTPS that name no secret' }),
};

/**
 * Reads the login that the flags give, as the data of a Secret for Git; `undefined` where they give none. `GIT_PASSWORD` by
 * itself is none: it must not reach a server that it is not meant for.
 *
 * Effects: reads the key and the known hosts
 *
 * @throws {FluxError} usage/bad-value, create/unreadable-file, usage/no-known-hosts
 */
export async function fileLoginOf(flags: LoginValues, context: Context): Promise<GitLogin | undefined> {
  const keyFile = flags['private-key-file'];
  const given = (Object.keys(LOGIN_FLAGS) as (keyof typeof LOGIN_FLAGS)[]).filter((name) => flags[name] !== '');
  if (given.length === 0) return undefined;
  if (flags.filename.length === 0) {
    throw new FluxError('usage/bad-value', `--${given[0]} goes with -f: sources in the cluster name a Secret there`, {
      hint: 'flux-ts create secret git',
    });
  }
  if (keyFile !== '' && flags.username !== '') {
    throw new FluxError('usage/bad-value', '--private-key-file is for SSH and --username for HTTPS: give one of them', {
      hint: 'over SSH the user is in the URL: ssh://git@host/path',
    });
  }
  const password = flags.password || (context.host.env['GIT_PASSWORD'] ?? '');
  if (keyFile === '') {
    if (flags.username === '') {
      throw new FluxError('usage/bad-value', `--${given[0]} needs --private-key-file, or --username over HTTPS`);
    }
    return { username: flags.username, password };
  }
  return {
    identity: await readPrivateKeyFile(keyFile, context.readTextFile),
    known_hosts: await readKnownHosts(flags['known-hosts-file'] || `${context.host.homeDir}/.ssh/known_hosts`, context),
    ...(password === '' ? {} : { password }),
  };
}

async function readKnownHosts(path: string, context: Context): Promise<string> {
  try {
    return await context.readTextFile(path);
  } catch (cause) {
    throw new FluxError('usage/no-known-hosts', `the host keys cannot be read: ${path}`, {
      source: { file: path },
      hint: 'ssh-keyscan HOST > FILE, compare the fingerprint with the one that the server is known by, then --known-hosts-file=FILE',
      cause,
    });
  }
}
