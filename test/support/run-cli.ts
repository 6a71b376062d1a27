import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { commandIndex } from '../../src/commands/index.ts';
import { launch } from '../../src/lib/cli/launch.ts';
import type { Host } from '../../src/lib/core/host.ts';

/** What a run of the CLI came to. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run of the CLI may be given. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** How the user called it. Default `flux-ts`. */
  readonly calledAs?: string;
  readonly signal?: AbortSignal;
  /** Hears each text as it is written, for tests that act in the middle of a run. */
  readonly onStderr?: (text: string) => void;
  readonly onStdout?: (text: string) => void;
}

/** Folder of the package. */
export const PACKAGE_DIR: string = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs the CLI in this process, with an environment and streams of its own. Nothing of this process's environment but
 * PATH reaches it.
 */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const host: Host = {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    cwd: options.cwd ?? PACKAGE_DIR,
    homeDir: options.env?.['HOME'] ?? '/nonexistent',
    platform: process.platform,
    arch: process.arch,
    calledAs: options.calledAs ?? 'flux-ts',
    stdout: {
      write(text) {
        stdout += text;
        options.onStdout?.(text);
      },
      isTTY: false,
      columns: undefined,
    },
    stderr: {
      write(text) {
        stderr += text;
        options.onStderr?.(text);
      },
      isTTY: false,
      columns: undefined,
    },
    interactive: false,
    readStdin: () => Promise.resolve(options.stdin ?? ''),
    runProgram: ({ file, args }) =>
      new Promise((done, fail) => {
        const child = spawn(file, args, { env: { ...host.env }, cwd: host.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
        child.stdout.setEncoding('utf8').on('data', (text: string) => host.stdout.write(text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => host.stderr.write(text));
        child.once('error', fail);
        child.once('close', (exitCode) => done(exitCode ?? 1));
        child.stdin.on('error', () => {}).end(options.stdin ?? '');
      }),
    now: () => new Date(),
    signal: options.signal ?? new AbortController().signal,
    packageDir: PACKAGE_DIR,
  };
  const code = await launch(argv, commandIndex(), host);
  return { code, stdout, stderr };
}

/** Runs the CLI and fails, with all that it wrote, unless it exits with 0. */
export async function runOk(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const run = await runCli(argv, options);
  if (run.code !== 0) throw new Error(`flux-ts ${argv.join(' ')} exited with ${run.code}\n${run.stdout}${run.stderr}`);
  return run;
}
