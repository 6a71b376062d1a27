import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatDuration } from '../../core/duration.ts';
import { FluxError, messageOf } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import type { Host } from './host.ts';

/** How one program is built from its pinned Go module. */
export interface BuildRecipe {
  /** What the story calls it: `kube-apiserver v1.36.3`. */
  readonly title: string;
  /** Folder with the `go.mod` that pins everything. */
  readonly moduleDir: string;
  /** Import path of the main package. */
  readonly package: string;
  readonly linkerFlags: string;
  /** Build tags. Default none. */
  readonly tags?: readonly string[];
  /** True where it has C code, which takes a C compiler. Default false. */
  readonly usesC?: boolean;
  /** Where the program shall be. */
  readonly output: string;
}

/** Options of a build. */
export interface BuildOptions {
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Stands behind the title: `(1 of 3)`. */
  readonly position?: string;
  /** Time between two reports that it is still going on; default 20 s. */
  readonly reportEveryMs?: number;
}

const REPORT_EVERY_MS = 20_000;
const KEPT_OUTPUT_CHARS = 8_000;

/**
 * Builds a program with the local Go toolchain. The program appears under its name only when it is complete.
 *
 * Effects: runs `go build`, which may download modules; writes the program
 *
 * @throws {FluxError} controlplane/no-go: there is no Go toolchain
 * @throws {FluxError} controlplane/build-failed: Go reported an error
 */
export async function buildBinary(recipe: BuildRecipe, host: Host, options: BuildOptions): Promise<void> {
  const { progress } = options;
  const label = `${recipe.title} from source${options.position === undefined ? '' : ` ${options.position}`}`;
  progress.action(`building ${label}`);
  mkdirSync(dirname(recipe.output), { recursive: true });
  const draft = `${recipe.output}.${randomUUID()}.tmp`;
  const start = host.now().getTime();
  const spent = () => formatDuration(Math.round((host.now().getTime() - start) / 1000) * 1000);
  const timer = setInterval(
    () => progress.waiting(`still building ${label}, ${spent()} so far`),
    options.reportEveryMs ?? REPORT_EVERY_MS,
  );
  try {
    const { tags = [], usesC = false } = recipe;
    const tagged = tags.length === 0 ? [] : ['-tags', tags.join(',')];
    const args = ['build', '-mod=readonly', '-trimpath', ...tagged, '-ldflags', recipe.linkerFlags, '-o', draft, recipe.package];
    const env = goEnvironment(host.env, usesC);
    const result = await runGo(args, recipe.moduleDir, env, host, options.signal);
    if (result.code !== 0) {
      throw new FluxError('controlplane/build-failed', `go build of ${recipe.title} failed: ${lastLines(result.output)}`, {
        hint: `run it by hand to see all: cd ${recipe.moduleDir} && go build -mod=readonly ${recipe.package}`,
      });
    }
    renameSync(draft, recipe.output);
    progress.success(`built ${recipe.title} in ${spent()}`);
  } finally {
    clearInterval(timer);
    rmSync(draft, { force: true });
  }
}

/**
 * Asks the local Go toolchain for its version; `undefined` where there is none.
 *
 * Effects: runs `go env`
 */
export async function readGoVersion(host: Host, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const { code, output } = await runGo(['env', 'GOVERSION'], undefined, goEnvironment(host.env), host, signal);
    return code === 0 ? output.trim() : undefined;
  } catch (error) {
    if (error instanceof FluxError && error.code === 'controlplane/no-go') return undefined;
    throw error;
  }
}

/**
 * Returns the environment of a Go run: the user's own, without what would change the outcome (flags, workspaces, another
 * target, C code unless the program has some). An empty GOFLAGS would let a file made by `go env -w` speak, so it is set to
 * what we pass anyway.
 *
 * Effects: none
 */
export function goEnvironment(env: Host['env'], usesC = false): Record<string, string | undefined> {
  const { GOOS: _os, GOARCH: _arch, GOEXPERIMENT: _experiment, ...rest } = env;
  return { ...rest, CGO_ENABLED: usesC ? '1' : '0', GO111MODULE: 'on', GOWORK: 'off', GOFLAGS: '-mod=readonly' };
}

function runGo(
  args: readonly string[],
  cwd: string | undefined,
  env: Record<string, string | undefined>,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<{ code: number | null; output: string }> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // Its own process group: the compilers that go starts have to end with it.
    const child = spawn('go', args, {
      detached: true,
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const abort = () => {
      try {
        if (child.pid !== undefined) host.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has ended in this very moment.
      }
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', abort);
      reject(
        cause.code === 'ENOENT'
          ? new FluxError('controlplane/no-go', 'there is no `go` on the PATH', {
              hint: 'install Go 1.26 or newer from https://go.dev/dl',
              cause,
            })
          : new FluxError('controlplane/build-failed', `can't run go: ${messageOf(cause)}`, { cause }),
      );
    });
    child.once('close', (code) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ code, output });
    });
  });
}

function lastLines(output: string): string {
  const lines = output.trim().split('\n');
  return lines.slice(-5).join('; ');
}
