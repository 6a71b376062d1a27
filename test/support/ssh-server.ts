import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { createGitRepositories, type GitRepositories } from './git-server.ts';

const run = promisify(execFile);

/** OpenSSH's sshd and where the libraries lie that the system lacks. */
export interface Sshd {
  readonly path: string;
  /** For LD_LIBRARY_PATH; empty if none are needed. */
  readonly libraryPath: string;
}

/** A Git server over SSH. */
export interface SshServer extends GitRepositories {
  readonly port: number;
  /** User to log in as: the one that runs the tests. */
  readonly user: string;
  /** A known_hosts file with the server's keys. */
  readonly knownHosts: string;
  /** `ssh://user@127.0.0.1:PORT/…` of a repository. */
  urlOf(name: string): string;
}

/**
 * Looks for OpenSSH's sshd: in PATH and /usr/sbin, then in the cache, then in the package of a Debian-like system, which
 * is unpacked into the cache and not installed.
 *
 * @returns the program, or why there is none
 */
export async function findSshd(): Promise<Sshd | { readonly missing: string }> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'].filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, 'sshd');
    if (await exists(path)) return { path, libraryPath: '' };
  }
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'flux-ts', 'openssh');
  const cached = await readCache(cache);
  if (cached !== undefined) return cached;
  try {
    await unpackPackages(cache);
  } catch (error) {
    return { missing: `OpenSSH's sshd is not installed, and its package cannot be had: ${String(error).split('\n', 1)[0]}` };
  }
  return (await readCache(cache)) ?? { missing: "OpenSSH's sshd is not installed, and its package has none" };
}

async function readCache(cache: string): Promise<Sshd | undefined> {
  const path = join(cache, 'root', 'usr', 'sbin', 'sshd');
  if (!(await exists(path))) return undefined;
  const libraries = ['lib', 'usr/lib'].map((folder) => join(cache, 'root', folder));
  const found: string[] = [];
  for (const folder of libraries) {
    for (const name of await readdir(folder).catch(() => [])) if (name.endsWith('-linux-gnu')) found.push(join(folder, name));
  }
  return { path, libraryPath: [...found, ...libraries].join(':') };
}

/** Downloads the package and those of the libraries that are missing, into a temporary folder that is renamed when whole. */
async function unpackPackages(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'unpack-'));
  try {
    await chmod(work, 0o777);
    const root = join(work, 'root');
    await unpackPackage(work, root, 'openssh-server');
    const { stdout } = await run('ldd', [join(root, 'usr', 'sbin', 'sshd')]);
    for (const line of stdout.split('\n').filter((text) => text.includes('not found'))) {
      const library = line.trim().split(' ', 1)[0] ?? '';
      await unpackPackage(work, root, packageOf(library));
    }
    await rename(root, join(cache, 'root')).catch(async (error: unknown) => {
      // Another process was quicker.
      if (!(await exists(join(cache, 'root')))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** `libwrap.so.0` is in `libwrap0`: Debian's rule for the names of library packages. */
function packageOf(library: string): string {
  const match = /^(.+)\.so\.(\d+)/.exec(library);
  const name = match?.[1] ?? library;
  const separator = /\d$/.test(name) ? '-' : '';
  return `${name.toLowerCase()}${separator}${match?.[2] ?? ''}`;
}

async function unpackPackage(work: string, root: string, name: string): Promise<void> {
  await run('apt-get', ['download', name], { cwd: work }).catch(async () => {
    await run('apt-get', ['update']);
    await run('apt-get', ['download', name], { cwd: work });
  });
  const file = (await readdir(work)).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`no package ${name}`);
  await run('dpkg', ['-x', join(work, file), root]);
}

/**
 * Starts OpenSSH's sshd on the loopback interface, for one user, who may only run Git on the repositories.
 *
 * @param authorizedKeys lines of public keys that may log in
 */
export async function startSshServer(sshd: Sshd, authorizedKeys: readonly string[]): Promise<SshServer> {
  const repositories = await createGitRepositories();
  const folder = await mkdtemp(join(tmpdir(), 'flux-ts-sshd-'));
  const port = await freePort();
  const user = userInfo().username;
  const types = ['ecdsa', 'ed25519', 'rsa'];
  for (const type of types) {
    await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', join(folder, `host_${type}`)]);
  }
  const forced = join(folder, 'git-only');
  await writeFile(forced, formatForcedCommand(repositories.root), { mode: 0o755 });
  await writeFile(join(folder, 'authorized_keys'), `${authorizedKeys.map((line) => line.trim()).join('\n')}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'sshd_config'), formatConfig(folder, port, types, forced));
  const env = { PATH: process.env.PATH ?? '', ...(sshd.libraryPath === '' ? {} : { LD_LIBRARY_PATH: sshd.libraryPath }) };
  await preparePrivilegeSeparation();
  // -D: stay in front; -e: log to stderr. sshd starts itself again for each connection, hence the absolute path.
  const child = spawn(sshd.path, ['-D', '-e', '-f', join(folder, 'sshd_config')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
    await repositories.close();
  };
  try {
    await waitForPort(child, port, () => log);
  } catch (error) {
    await close();
    throw error;
  }
  const publicKeys = await Promise.all(types.map((type) => readFile(join(folder, `host_${type}.pub`), 'utf8')));
  return {
    ...repositories,
    port,
    user,
    knownHosts: publicKeys.map((line) => `[127.0.0.1]:${port} ${line.trim()}\n`).join(''),
    urlOf: (name) => `ssh://${user}@127.0.0.1:${port}/${name}.git`,
    close,
  };
}

function formatConfig(folder: string, port: number, types: readonly string[], forced: string): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...types.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'AllowTcpForwarding no',
    'X11Forwarding no',
    'PermitTTY no',
    'LogLevel VERBOSE',
    `ForceCommand ${forced}`,
    '',
  ].join('\n');
}

/** Lets the two Git programs through, on repositories below the root, and nothing else. */
function formatForcedCommand(root: string): string {
  return `#!/bin/sh
case "$SSH_ORIGINAL_COMMAND" in
  "git-upload-pack '/"*"'"|"git-receive-pack '/"*"'") ;;
  *) echo "only Git is allowed here" >&2; exit 1 ;;
esac
program=\${SSH_ORIGINAL_COMMAND%% *}
path=\${SSH_ORIGINAL_COMMAND#* \\'/}
path=\${path%\\'}
case "$path" in *..*) echo "the path must stay below the root" >&2; exit 1 ;; esac
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
exec git "\${program#git-}" "${root}/$path"
`;
}

/**
 * sshd as root insists on a user to give its rights up to and on an empty folder that only root can write. As another
 * user it needs neither. Both stay, as after an installation: another test run may be using them.
 */
async function preparePrivilegeSeparation(): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const hasUser = async () => /^sshd:/m.test(await readFile('/etc/passwd', 'utf8'));
  if (await hasUser()) return;
  await run('useradd', ['--system', '--no-create-home', '--home-dir', '/run/sshd', '--shell', '/usr/sbin/nologin', 'sshd']).catch(
    async (error: unknown) => {
      if (!(await hasUser())) throw error;
    },
  );
}

async function waitForPort(child: ChildProcess, port: number, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${log()}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`sshd did not listen within 5 s: ${log()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
