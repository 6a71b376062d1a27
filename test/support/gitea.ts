import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { JsonObject, JsonValue } from '../../src/lib/core/json.ts';
import { type Progress, SILENT } from '../../src/lib/core/progress.ts';
import { buildBinary, findFreePorts, withLock } from '../../src/lib/engine/controlplane/index.ts';
import { isFreePort } from '../../src/lib/engine/controlplane/free-port.ts';
import { issueCertificate } from '../../src/lib/engine/controlplane/issue-certificate.ts';
import { makeForgeSend } from '../../src/lib/engine/forge/index.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import { findToolsDir } from '../../src/lib/features/sandbox/sandbox-paths.ts';

const run = promisify(execFile);

/** The release; tools/gitea pins it. */
const VERSION = 'v1.26.2';
const MODULE = 'code.gitea.io/gitea';
/** What the program reads at run time; what else its module has is for browsers and for building it. */
const STATIC_FOLDERS = ['options', 'public', 'templates'] as const;
const PASSWORD = 'open sesame';
const READY_TIMEOUT_MS = 60_000;

/** A built Gitea. */
export interface GiteaProgram {
  readonly path: string;
  /** Folder with what it reads at run time. */
  readonly staticRoot: string;
}

/** A Gitea, running as a local process over TLS with users, repositories and an SSH server of its own. */
export interface Gitea {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** `127.0.0.1:PORT`. */
  readonly sshHost: string;
  /** PEM file of who signed its certificate, which is itself. */
  readonly caFile: string;
  /** Makes a user with a password that nobody needs. */
  createUser(name: string): Promise<void>;
  /** Makes a token of a user with scopes as Gitea names them: `write:repository`; `all`. */
  createToken(user: string, ...scopes: readonly string[]): Promise<string>;
  /** Asks the API as an administrator; a path below `api/v1/`. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: JsonObject): Promise<JsonValue>;
  /** Runs git in the bare repository of `owner/name`. */
  git(repository: string, ...args: readonly string[]): Promise<string>;
  /** All that it wrote. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Finds Gitea in the cache, or builds it from its pinned module, which takes four minutes. SQLite within it is C code.
 *
 * Effects: may build the program into the cache
 *
 * @returns the program, or why it cannot be had on this machine: there is no C compiler
 * @throws {FluxError} controlplane/build-failed, controlplane/no-go
 */
export async function findGitea(progress: Progress = SILENT): Promise<GiteaProgram | { readonly missing: string }> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flux-ts', 'gitea', VERSION);
  const program = { path: join(cache, 'gitea'), staticRoot: join(cache, 'static') };
  if (existsSync(program.path)) return program;
  const compiler = findCompiler();
  if (!('name' in compiler)) return compiler;
  const host = hostOfProcess(process.env);
  await withLock(join(cache, 'gitea.lock'), host, {}, async () => {
    if (existsSync(program.path)) return;
    const said = execFileSync('go', ['mod', 'download', '-json', MODULE], {
      cwd: join(findToolsDir(), 'gitea'),
      encoding: 'utf8',
    });
    const { Dir: moduleDir } = JSON.parse(said) as { Dir: string };
    copyStatic(moduleDir, program.staticRoot);
    // Its own go.mod replaces modules, which counts for the main module only: so it is built as that, from a copy.
    const copy = mkdtempSync(join(tmpdir(), 'flux-ts-gitea-'));
    try {
      copyWritable(moduleDir, copy);
      const recipe = {
        title: `gitea ${VERSION}`,
        moduleDir: copy,
        package: '.',
        linkerFlags: `-s -w -X main.Version=${VERSION.slice(1)}`,
        tags: ['sqlite', 'sqlite_unlock_notify'],
        usesC: true,
        output: program.path,
      };
      await buildBinary(recipe, host, { progress });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
  return program;
}

function findCompiler(): { readonly name: string } | { readonly missing: string } {
  const name = execFileSync('go', ['env', 'CC'], { encoding: 'utf8' }).trim();
  try {
    execFileSync(name.split(' ', 1)[0] ?? '', ['--version'], { stdio: 'ignore' });
    return { name };
  } catch {
    return { missing: `Gitea is not built yet, and its database is C code: there is no C compiler (${name}) on the PATH` };
  }
}

function copyStatic(moduleDir: string, to: string): void {
  const draft = mkdtempSync(`${to}-`);
  for (const folder of STATIC_FOLDERS) copyWritable(join(moduleDir, folder), join(draft, folder));
  rmSync(to, { recursive: true, force: true });
  renameSync(draft, to);
}

/** Go's cache of modules is read-only, and its copy would be too. */
function copyWritable(from: string, to: string): void {
  cpSync(from, to, { recursive: true, mode: 0 });
  execFileSync('chmod', ['-R', 'u+w', to]);
}

/** Starts a Gitea on the loopback interface, with nothing in it but an administrator. */
export async function startGitea({ path, staticRoot }: GiteaProgram): Promise<Gitea> {
  const dir = mkdtempSync(join(tmpdir(), 'flux-ts-gitea-'));
  const [port, sshPort] = (await findFreePorts(2)) as [number, number];
  const host = `127.0.0.1:${port}`;
  const caCertificate = writeCertificate(dir);
  const send = makeForgeSend({ caCertificate, env: {} });
  const config = join(dir, 'app.ini');
  writeFileSync(config, formatConfig({ dir, staticRoot, port, sshPort }), { mode: 0o600 });
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, TMPDIR: dir };
  const admin = async (...args: readonly string[]): Promise<string> =>
    (await run(path, ['--config', config, ...args], { cwd: dir, env })).stdout;
  const createUser = async (name: string, ...flags: readonly string[]): Promise<void> => {
    const who = ['--username', name, '--password', PASSWORD, '--email', `${name}@example.com`];
    await admin('admin', 'user', 'create', ...who, '--must-change-password=false', ...flags);
  };
  let tokens = 0;
  const createToken = async (user: string, ...scopes: readonly string[]): Promise<string> => {
    tokens += 1;
    const what = ['--username', user, '--token-name', `test-${tokens}`, '--scopes', scopes.join(',')];
    // It may say more than the token, which is the last word.
    return (await admin('admin', 'user', 'generate-access-token', ...what, '--raw')).trim().split(/\s+/).at(-1) ?? '';
  };
  try {
    await admin('migrate');
    await createUser('root-admin', '--admin');
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  const adminToken = await createToken('root-admin', 'all');
  const child = spawn(path, ['--config', config, 'web'], { cwd: dir, env, stdio: 'ignore' });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const log = (): string =>
    existsSync(join(dir, 'log', 'gitea.log')) ? readFileSync(join(dir, 'log', 'gitea.log'), 'utf8') : '';
  const stop = async (): Promise<void> => {
    const over = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await over;
    }
    process.removeListener('exit', kill);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await waitFor(
      async () => {
        const { status } = await send({ method: 'GET', url: new URL(`https://${host}/api/healthz`), headers: {} });
        // Its SSH server begins on the side, and may be later.
        return status === 200 && !(await isFreePort(sshPort));
      },
      () => child.exitCode === null,
      log,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    sshHost: `127.0.0.1:${sshPort}`,
    caFile: join(dir, 'cert.pem'),
    createUser: (name) => createUser(name),
    createToken,
    async ask(method, place, body) {
      const { status, text } = await send({
        method,
        url: new URL(`https://${host}/api/v1/${place}`),
        headers: { authorization: `token ${adminToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (status >= 300) throw new Error(`${method} ${place} answered ${status}: ${text}`);
      return text === '' ? null : (JSON.parse(text) as JsonValue);
    },
    async git(repository, ...args) {
      const place = join(dir, 'repositories', `${repository.toLowerCase()}.git`);
      return (await run('git', ['--git-dir', place, ...args], { env })).stdout.trim();
    },
    log,
    stop,
  };
}

/** Source: https://docs.gitea.com/administration/config-cheat-sheet */
function formatConfig(place: { dir: string; staticRoot: string; port: number; sshPort: number }): string {
  const { dir, staticRoot, port, sshPort } = place;
  mkdirSync(join(dir, 'log'));
  const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
    '': {
      RUN_MODE: 'prod',
      RUN_USER: userInfo().username,
      WORK_PATH: dir,
      I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: true,
    },
    server: {
      PROTOCOL: 'https',
      CERT_FILE: join(dir, 'cert.pem'),
      KEY_FILE: join(dir, 'key.pem'),
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      DOMAIN: '127.0.0.1',
      ROOT_URL: `https://127.0.0.1:${port}/`,
      STATIC_ROOT_PATH: staticRoot,
      START_SSH_SERVER: true,
      BUILTIN_SSH_SERVER_USER: 'git',
      SSH_DOMAIN: '127.0.0.1',
      SSH_PORT: sshPort,
      SSH_LISTEN_HOST: '127.0.0.1',
      SSH_LISTEN_PORT: sshPort,
      OFFLINE_MODE: true,
    },
    database: { DB_TYPE: 'sqlite3', PATH: join(dir, 'gitea.db') },
    repository: { ROOT: join(dir, 'repositories') },
    security: { INSTALL_LOCK: true },
    service: { DISABLE_REGISTRATION: true },
    mailer: { ENABLED: false },
    actions: { ENABLED: false },
    packages: { ENABLED: false },
    federation: { ENABLED: false },
    indexer: { ISSUE_INDEXER_TYPE: 'db' },
    cron: { ENABLED: false },
    'cron.update_checker': { ENABLED: false },
    log: { MODE: 'file', ROOT_PATH: join(dir, 'log'), LEVEL: 'Info' },
  };
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
      return [...(name === '' ? [] : [`[${name}]`]), ...lines, ''].join('\n');
    })
    .join('\n');
}

function writeCertificate(dir: string): string {
  const now = Date.now();
  const { certificate, key } = issueCertificate({
    commonName: 'Gitea',
    hosts: ['127.0.0.1'],
    use: 'server',
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 86_400_000),
  });
  writeFileSync(join(dir, 'cert.pem'), certificate);
  writeFileSync(join(dir, 'key.pem'), key, { mode: 0o600 });
  return certificate;
}

async function waitFor(isReady: () => Promise<boolean>, isRunning: () => boolean, log: () => string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && isRunning()) {
    if (await isReady().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error(`Gitea does not answer: ${log().slice(-2_000)}`);
}
