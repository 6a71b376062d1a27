import { fstatSync, writeSync } from 'node:fs';
import { launch } from './lib/cli/launch.ts';
import type { Host, TextSink } from './lib/core/host.ts';
import { commandIndex } from './commands/index.ts';

/**
 * Runs flux-ts in this process: the one place that reads the process itself.
 *
 * Effects: sets the exit code; when it is done all has been written, so that the process may end
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
  const { host, flushed } = hostOf(packageDir, stop.signal);
  const code = await launch(argv, commandIndex(), host);
  await flushed();
  process.removeListener('SIGINT', onSignal);
  process.removeListener('SIGTERM', onSignal);
  process.exitCode = stops > 0 && code !== 0 ? 130 : code;
}

function hostOf(packageDir: string, signal: AbortSignal): { host: Host; flushed: () => Promise<void> } {
  const stderr = sinkOf(2, () => {});
  const stdout = sinkOf(1, (error) => {
    // A reader that goes away (`| head`) is no failure of ours; a result that is lost otherwise is one.
    if (error.code === 'EPIPE') process.exit(0);
    stderr.write(`✗ write the result: ${error.message}\n  free some space, or send it elsewhere\n`);
    process.exit(1);
  });
  const host: Host = {
    env: process.env,
    cwd: process.cwd(),
    homeDir: process.env['HOME'] ?? process.env['USERPROFILE'] ?? '/',
    platform: process.platform,
    stdout,
    stderr,
    get interactive() {
      return process.stdin.isTTY === true && stderr.isTTY && (process.env['CI'] ?? '') === '';
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
  return {
    host,
    async flushed() {
      await Promise.all([stdout.flushed(), stderr.flushed()]);
    },
  };
}

interface StandardSink extends TextSink {
  /** Resolves when all that was given to Node's stream has been written. */
  flushed(): Promise<void>;
}

/**
 * Writes to a standard stream. Node's own stream takes several milliseconds to load, so that it is only used for a terminal and
 * for what would block.
 */
function sinkOf(descriptor: 1 | 2, onError: (error: NodeJS.ErrnoException) => void): StandardSink {
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => {
    if (opened === undefined) {
      opened = descriptor === 1 ? process.stdout : process.stderr;
      opened.on('error', onError);
    }
    return opened;
  };
  let last: Promise<void> = Promise.resolve();
  const give = (data: string | Uint8Array): void => {
    last = new Promise((resolve) => {
      stream().write(data, (error) => {
        if (error) onError(error);
        resolve();
      });
    });
  };
  let isPlain: boolean | undefined;
  const plain = (): boolean => (isPlain ??= !mayBeTerminal(descriptor));
  return {
    write(text) {
      if (opened !== undefined || !plain()) {
        give(text);
        return;
      }
      const bytes = Buffer.from(text);
      try {
        for (let written = 0; written < bytes.length; ) {
          const rest = bytes.subarray(written);
          const step = writeNow(descriptor, rest);
          if (step === undefined) {
            give(rest);
            return;
          }
          written += step;
        }
      } catch (error) {
        onError(error as NodeJS.ErrnoException);
      }
    },
    // What was written before has been by then.
    flushed: () => last,
    get isTTY() {
      return !plain() && stream().isTTY === true;
    },
    get columns() {
      return !plain() && stream().isTTY === true ? stream().columns : undefined;
    },
  };
}

/** Writes what fits; `undefined` where it would have to wait. */
function writeNow(descriptor: number, bytes: Uint8Array): number | undefined {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** Tells whether a descriptor is a device, as terminals are, and not a file, pipe or socket. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return !stats.isFile() && !stats.isFIFO() && !stats.isSocket();
  } catch {
    return true;
  }
}
