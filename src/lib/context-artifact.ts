import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Clock } from './context.ts';
import { FluxError, messageOf } from './core/errors.ts';
import type { Host } from './core/host.ts';
import type { Progress } from './core/progress.ts';
import { packFile, packFolder, writeFolder } from './engine/artifact/index.ts';
import { findLogin, makeSend, openRegistry, parseCreds, type RegistryLogin, type Reference } from './engine/oci/index.ts';
import { createMatcher, parsePatterns } from './engine/sourceignore/index.ts';
import type { ArtifactFiles, ArtifactWorld, RegistryChoice } from './features/artifact/index.ts';
import { readOptional, storeFile } from './context-files.ts';

/** What of the context it takes. */
export interface ArtifactWorldInit {
  readonly host: Host;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Makes all that OCI artifacts need.
 *
 * Effects: none by itself
 */
export function makeArtifactWorld(init: ArtifactWorldInit): ArtifactWorld & { closeAll(): void } {
  const { host, progress, signal, clock } = init;
  const closers: (() => void)[] = [];
  return {
    files: filesOf(host, signal),
    progress,
    now: () => host.now(),
    async openRegistry(reference, choice) {
      const login = await loginOf(reference, choice, init);
      const { send, close } = makeSend({ insecure: choice.insecure, env: host.env, signal });
      closers.push(close);
      return await openRegistry(
        { registry: reference.registry, insecure: choice.insecure, ...(login === undefined ? {} : { login }) },
        { send, sleep: clock.sleep, signal, onRetry: (text) => progress.warning(text) },
      );
    },
    closeAll() {
      for (const close of closers) close();
    },
  };
}

async function loginOf(
  reference: Reference,
  { creds, provider }: RegistryChoice,
  { host, progress, signal, clock }: ArtifactWorldInit,
): Promise<RegistryLogin | undefined> {
  if (provider !== 'generic') {
    progress.action('logging in to registry with provider credentials');
    const { createCloud, importPackage } = await import('./engine/cloud/index.ts');
    const cloud = createCloud({ loadPackage: importPackage, now: clock.now, env: host.env, signal });
    return { kind: 'basic', ...(await cloud.logInToRegistry(provider, reference.registry, {})) };
  }
  if (creds !== '') {
    progress.action('logging in to registry with credentials');
    return parseCreds(creds);
  }
  return await findLogin(reference, {
    env: host.env,
    homeDir: host.homeDir,
    readFile: (path) => readOptional(path, host.cwd),
    run: (program, args, input) => run(program, args, input, host, signal),
  });
}

function filesOf(host: Host, signal: AbortSignal): ArtifactFiles {
  return {
    async stat(path) {
      const found = await stat(resolve(host.cwd, path)).catch(() => undefined);
      if (found === undefined) return undefined;
      return found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other';
    },
    async pack({ path, ignorePaths, resolveSymlinks }) {
      const place = resolve(host.cwd, path);
      const excludes = createMatcher(parsePatterns(ignorePaths.join('\n')));
      const found = await stat(place);
      if (found.isDirectory()) return await packFolder(place, { excludes, resolveSymlinks, signal });
      const name = basename(place);
      if (excludes(name, false)) {
        throw new FluxError('artifact/bad-path', `${path} is excluded by --ignore-paths, so nothing would be left`, {
          hint: 'name other patterns: --ignore-paths=.git/',
        });
      }
      return await packFile(name, await readFile(place), found.mode);
    },
    packText: (name, text) => packFile(name, Buffer.from(text, 'utf8'), 0o600),
    unpack: (bytes, folder) => writeFolder(resolve(host.cwd, folder), bytes),
    async write(path, bytes) {
      try {
        await storeFile(path, bytes, host.cwd);
      } catch (cause) {
        throw new FluxError('artifact/output-unwritable', `${path} cannot be written: ${messageOf(cause)}`, {
          hint: 'name a file in a folder that exists',
          cause,
        });
      }
    },
    readStdin: () => host.readStdin(),
  };
}

/** Runs a program of the user's own configuration, without a shell. */
function run(
  program: string,
  args: readonly string[],
  input: string,
  host: Host,
  signal: AbortSignal,
): Promise<{ code: number; stdout: string }> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env: { ...host.env }, stdio: ['pipe', 'pipe', 'inherit'], signal, windowsHide: true });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code: code ?? 1, stdout }));
    // A program that does not read its input has ended already.
    child.stdin.on('error', () => {}).end(input);
  });
}
