import { launch } from './lib/cli/launch.ts';
import type { Host } from './lib/core/host.ts';
import { commandIndex } from './commands/index.ts';

/**
 * Runs flux-ts in this process: the one place that reads the process itself.
 *
 * Effects: sets the exit code
 *
 * @param packageDir folder of this package
 */
export async function main(packageDir: string): Promise<void> {
  const argv = process.argv.slice(2);
  const stop = new AbortController();
  let stops = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    stops += 1;
    // The second one means now: whatever still tidies up is left.
    if (stops > 1) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
    stop.abort(new Error(signal));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A reader that goes away (`| head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  process.stderr.on('error', () => {});
  const code = await launch(argv, commandIndex(), hostOf(packageDir, stop.signal));
  process.removeListener('SIGINT', onSignal);
  process.removeListener('SIGTERM', onSignal);
  process.exitCode = stops > 0 && code !== 0 ? 130 : code;
}

function hostOf(packageDir: string, signal: AbortSignal): Host {
  return {
    env: process.env,
    cwd: process.cwd(),
    homeDir: process.env['HOME'] ?? process.env['USERPROFILE'] ?? '/',
    platform: process.platform,
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    get interactive() {
      return process.stdin.isTTY === true && process.stderr.isTTY === true && (process.env['CI'] ?? '') === '';
    },
    async readStdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    now: () => new Date(),
    signal,
    packageDir,
  };
}

function sinkOf(stream: NodeJS.WriteStream): Host['stdout'] {
  return {
    write: (text) => {
      stream.write(text);
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
  };
}
