import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { redact } from '../../core/redact.ts';
import type { Clone, GitAuth, TlsMaterial } from '../../engine/git/index.ts';
import { type BootstrapOptions, cloudOf, usesToken } from './options.ts';
import type { BootstrapWorld } from './ports.ts';
import { scanHost } from './scan-host.ts';

/** The branch that bootstrapping writes to, and how to take it afresh. */
export interface Repository {
  readonly clone: Clone;
  /** Takes the branch again, after somebody else has pushed. */
  reopen(): Promise<Repository>;
}

const RETRY_DELAY_MS = 2_000;

/**
 * Takes the branch of the repository into memory, with our own login: key, password, token, or our identity in a cloud.
 *
 * Effects: opens a connection; twice where the first does not come about
 * Source: fluxcd/flux2 cmd/flux/bootstrap_git.go getAuthOpts, pkg/bootstrap/bootstrap_plain_git.go
 * Differs: there is no way to use an SSH agent; only failures of the network are tried again
 *
 * @param pushTo a new branch that is pushed to; absent is the branch itself
 * @throws {FluxError} bootstrap/no-private-key, bootstrap/no-cloud; cloud/…; git/…
 */
export async function openRepository(options: BootstrapOptions, world: BootstrapWorld, pushTo?: string): Promise<Repository> {
  const { progress, clock } = world;
  const shownUrl = redact(options.url);
  const first = await authOf(options, world);
  // What a cloud gives may have ended by the time the branch is taken again; a host key stays as it was shown.
  const login = async (): Promise<GitAuth> => (cloudOf(options) === '' ? first : await authOf(options, world));
  const open = async (auth: GitAuth): Promise<Clone> =>
    await world.git.openClone({ url: options.url, auth }, options.branch, {
      author: { name: options.authorName, email: options.authorEmail },
      now: clock.now,
      timeoutMs: options.timeoutMs,
      ...(pushTo === undefined ? {} : { pushTo }),
      ...(world.signal === undefined ? {} : { signal: world.signal }),
    });
  const openTwice = async (auth: GitAuth): Promise<Clone> => {
    try {
      return await open(auth);
    } catch (error) {
      if (!isFluxError(error, 'git/unreachable')) throw error;
      progress.warning(`clone failure: ${messageOf(error)}`);
      await clock.sleep(RETRY_DELAY_MS, world.signal);
      return await open(auth);
    }
  };
  progress.section?.('Repository');
  progress.action(`cloning branch ${JSON.stringify(options.branch)} from Git repository ${JSON.stringify(shownUrl)}`);
  const repository = async (auth: GitAuth): Promise<Repository> => ({
    clone: await openTwice(auth),
    reopen: async () => await repository(await login()),
  });
  const opened = await repository(first);
  progress.success('cloned repository');
  return opened;
}

async function authOf(options: BootstrapOptions, world: BootstrapWorld): Promise<GitAuth> {
  const { password, username: clusterName } = options;
  const username = options.pushUsername ?? clusterName;
  const url = new URL(options.url);
  if (url.protocol === 'ssh:') {
    if (options.privateKey === '') {
      throw new FluxError('bootstrap/no-private-key', 'a private key is needed to reach the repository over ssh', {
        hint: 'Give it with --private-key-file; an SSH agent is not asked',
      });
    }
    const knownHosts = await scanHost(url.hostname.replace(/^\[(.*)\]$/, '$1'), url.port === '' ? 22 : Number(url.port), world);
    return {
      kind: 'ssh',
      identity: options.privateKey,
      knownHosts,
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(password === '' ? {} : { passphrase: password }),
    };
  }
  const tls: TlsMaterial = options.caCertificate === '' ? {} : { caFile: options.caCertificate };
  if (options.withBearerToken && usesToken(options)) return { kind: 'bearer', token: password, ...tls };
  const cloud = cloudOf(options);
  if (cloud !== '' && password === '') return { ...(await logInToCloud(cloud, options.url, world)), ...tls };
  if (password !== '') return { kind: 'basic', username, password, ...tls };
  if (url.password === '') return { kind: 'none', ...tls };
  return { kind: 'basic', username: decodeURIComponent(url.username), password: decodeURIComponent(url.password), ...tls };
}

/** In the name of whoever this machine is, however the SDK of the cloud finds that out. */
async function logInToCloud(cloud: 'aws' | 'azure', url: string, world: BootstrapWorld): Promise<GitAuth> {
  if (world.cloud === undefined) {
    throw new FluxError('bootstrap/no-cloud', `the repository needs a login of ${cloud}, and there is none here`, {
      hint: 'Set GIT_PASSWORD to a token that may push',
    });
  }
  return await world.cloud.logInToGit(cloud, url, {});
}
