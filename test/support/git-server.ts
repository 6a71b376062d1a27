import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file to commit: its text, a link, a file that can be run, or `null` to delete it. */
export type CommitContent = string | Uint8Array | null | { readonly link: string } | { readonly script: string };

/** Options of a commit. */
export interface CommitOptions {
  /** Default `main`. */
  readonly branch?: string;
  /** Tags to put on it: lightweight as `name`, annotated as `name` with `annotate`. */
  readonly tag?: string;
  readonly annotate?: boolean;
  /** Time of the commit in seconds since 1970; default: now. */
  readonly timeSeconds?: number;
}

/** Bare repositories in a temporary folder. */
export interface GitRepositories {
  /** Folder with all repositories. */
  readonly root: string;
  /** Makes an empty repository with default branch `main`; the name may have slashes. */
  create(name: string): Promise<string>;
  /** Commits files on a branch with the git binary and returns the commit id. */
  commitFiles(
    name: string,
    files: Readonly<Record<string, CommitContent>>,
    message: string,
    options?: CommitOptions,
  ): Promise<string>;
  /** Runs git in a repository and returns what it prints. */
  git(name: string, ...args: string[]): Promise<string>;
  /** Puts a script in as a hook. */
  hook(name: string, hook: string, script: string): Promise<void>;
  /** Deletes the folder. */
  close(): Promise<void>;
}

/** A Git server over HTTP. */
export interface GitServer extends GitRepositories {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** URL of a repository, without login. */
  urlOf(name: string): string;
  /** Requests so far, as `METHOD path?query`. */
  readonly requests: readonly string[];
}

/** Options of the server. */
export interface GitServerOptions {
  /** Absent means that everybody may read and write. */
  readonly user?: string;
  readonly password?: string;
  /** Accepted as `Authorization: Bearer …` instead. */
  readonly token?: string;
  /** Serve https with this certificate; with `clientCa`, clients must show one of that authority. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
}

const IDENTITY = { name: 'Tester', email: 'tester@example.com' } as const;

/** Environment for git that nothing on this machine changes. */
export function gitEnvironment(timeSeconds?: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: IDENTITY.name,
    GIT_AUTHOR_EMAIL: IDENTITY.email,
    GIT_COMMITTER_NAME: IDENTITY.name,
    GIT_COMMITTER_EMAIL: IDENTITY.email,
    ...(timeSeconds === undefined ? {} : { GIT_AUTHOR_DATE: `${timeSeconds} +0000`, GIT_COMMITTER_DATE: `${timeSeconds} +0000` }),
  };
}

/** Makes a folder for bare repositories. */
export async function createGitRepositories(): Promise<GitRepositories> {
  const root = await mkdtemp(join(tmpdir(), 'flux-ts-git-'));
  const pathOf = (name: string) => join(root, `${name}.git`);
  const git = async (cwd: string, args: readonly string[], timeSeconds?: number): Promise<string> => {
    const { stdout } = await run('git', [...args], { cwd, env: gitEnvironment(timeSeconds), maxBuffer: 256 * 1024 * 1024 });
    return stdout.trimEnd();
  };
  return {
    root,
    async create(name) {
      const path = pathOf(name);
      await mkdir(path, { recursive: true });
      await git(path, ['init', '--quiet', '--bare', '--initial-branch=main']);
      await git(path, ['config', 'http.receivepack', 'true']);
      return path;
    },
    async commitFiles(name, files, message, options = {}) {
      const branch = options.branch ?? 'main';
      const work = await mkdtemp(join(tmpdir(), 'flux-ts-work-'));
      try {
        await git(work, ['init', '--quiet', `--initial-branch=${branch}`]);
        await git(work, ['remote', 'add', 'origin', pathOf(name)]);
        const branches = await git(work, ['ls-remote', '--heads', 'origin', branch]);
        if (branches !== '') {
          await git(work, ['fetch', '--quiet', '--depth=1', 'origin', branch]);
          await git(work, ['reset', '--quiet', '--hard', 'FETCH_HEAD']);
        }
        for (const [path, content] of Object.entries(files)) await place(join(work, path), content);
        await git(work, ['add', '--all', '--force', '.']);
        await git(work, ['commit', '--quiet', '--allow-empty', '-m', message], options.timeSeconds);
        if (options.tag !== undefined) {
          const extra = options.annotate === true ? ['-a', '-m', `release ${options.tag}`] : [];
          await git(work, ['tag', ...extra, options.tag], options.timeSeconds);
        }
        const refs = [`HEAD:refs/heads/${branch}`, ...(options.tag === undefined ? [] : [`refs/tags/${options.tag}`])];
        await git(work, ['push', '--quiet', 'origin', ...refs]);
        return await git(work, ['rev-parse', 'HEAD']);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
    git: (name, ...args) => git(pathOf(name), args),
    async hook(name, hook, script) {
      await writeFile(join(pathOf(name), 'hooks', hook), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

async function place(path: string, content: CommitContent): Promise<void> {
  const { symlink } = await import('node:fs/promises');
  await rm(path, { force: true, recursive: true });
  if (content === null) return;
  await mkdir(dirname(path), { recursive: true });
  if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(path, content);
  else if ('link' in content) await symlink(content.link, path);
  else await writeFile(path, content.script, { mode: 0o755 });
}

/**
 * Starts a Git server on the loopback interface: Node's HTTP server in front of git's own `git http-backend`.
 */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const repositories = await createGitRepositories();
  const backend = join((await run('git', ['--exec-path'])).stdout.trim(), 'git-http-backend');
  const requests: string[] = [];
  const children = new Set<ChildProcess>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.method} ${request.url}`);
    if (!isAllowed(request, options)) {
      request.resume();
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('denied\n');
      return;
    }
    serve(request, response, backend, repositories.root, children);
  };
  const { tls } = options;
  const server =
    tls === undefined
      ? createServer(onRequest)
      : createTlsServer(
          {
            key: tls.key,
            cert: tls.cert,
            ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
          },
          onRequest,
        );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...repositories,
    url,
    requests,
    urlOf: (name) => `${url}/${name}.git`,
    async close() {
      for (const child of children) child.kill();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await repositories.close();
    },
  };
}

function isAllowed(request: IncomingMessage, options: GitServerOptions): boolean {
  if (options.user === undefined && options.token === undefined) return true;
  const header = request.headers.authorization ?? '';
  if (options.token !== undefined && header === `Bearer ${options.token}`) return true;
  if (options.user === undefined) return false;
  return header === `Basic ${Buffer.from(`${options.user}:${options.password ?? ''}`).toString('base64')}`;
}

/** Speaks CGI: the request's body goes in, a head of lines and a body come out. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  backend: string,
  root: string,
  children: Set<ChildProcess>,
): void {
  const url = new URL(request.url ?? '/', 'http://server');
  const child = spawn(backend, {
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_USER: 'tester',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => response.writeHead(500).end());
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    child.stdout.off('data', onHead);
    let status = 200;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  child.stdout.on('data', onHead);
  child.stdout.once('end', () => response.end());
}
