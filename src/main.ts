import type { ChildProcess } from 'node:child_process';
import { fstatSync, type Stats, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { launch } from './lib/cli/launch.ts';
import { programNameOf } from './lib/cli/program.ts';
import type { Host, ProgramCall, TextSink } from './lib/core/host.ts';
import { pluginPlaceOf } from './lib/core/plugin-folder.ts';
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
  const programs = makeProgramRunner();
  const onSignal = (signal: NodeJS.Signals) => {
    // What runs in our place is told, and decides.
    if (programs.pass(signal)) return;
    stops += 1;
    // The second one means now: whatever still tidies up is left.
    if (stops > 1) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
    stop.abort(new Error(signal));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const { host, flushed } = hostOf(packageDir, stop.signal, programs.run);
  const code = await launch(argv, commandIndex(), host);
  await flushed();
  process.removeListener('SIGINT', onSignal);
  process.removeListener('SIGTERM', onSignal);
  await programs.endAsItDid();
  process.exitCode = stops > 0 && code !== 0 ? 130 : code;
}

/** Signals that Node ignores, so that it cannot end by one: the exit code says it then, as a shell would. */
const IGNORED: ReadonlySet<NodeJS.Signals> = new Set(['SIGPIPE', 'SIGXFSZ']);

interface ProgramRunner {
  run: Host['runProgram'];
  /** Hands a signal on; false where no program runs. */
  pass(signal: NodeJS.Signals): boolean;
  /** Ends this process by the signal that ended the program, if one did. */
  endAsItDid(): Promise<void>;
}

/**
 * Runs a program in the place of this one. It is a child: to begin this process anew as the program would leave it with the
 * signals that Node ignores, of which SIGPIPE is one, so that it would not end when its reader goes away.
 */
function makeProgramRunner(): ProgramRunner {
  let child: ChildProcess | undefined;
  let hasTerminal = false;
  let endedBy: NodeJS.Signals | null = null;
  const pass = (signal: NodeJS.Signals): boolean => {
    if (child === undefined) return false;
    // A terminal has sent Ctrl-C to the program, too; twice, it would mean "at once" to some.
    if (signal !== 'SIGINT' || !hasTerminal) child.kill(signal);
    return true;
  };
  return {
    pass,
    async run({ file, args, isVerbatim }: ProgramCall) {
      // What bin/flux-ts says to itself is nobody else's.
      const { FLUX_TS_NODE: _, ...env } = process.env;
      // Few commands are plugins: what starts them is loaded only here.
      const [{ spawn }, { constants }, { isatty }] = await Promise.all([
        import('node:child_process'),
        import('node:os'),
        import('node:tty'),
      ]);
      hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
      process.on('SIGHUP', pass);
      try {
        return await new Promise<number>((done, fail) => {
          child = spawn(file, args, { env, stdio: 'inherit', windowsVerbatimArguments: isVerbatim });
          child.once('error', fail);
          child.once('exit', (code, signal) => {
            endedBy = signal;
            done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
          });
        });
      } finally {
        child = undefined;
        process.removeListener('SIGHUP', pass);
      }
    },
    async endAsItDid() {
      if (endedBy === null || process.platform === 'win32' || IGNORED.has(endedBy)) return;
      process.kill(process.pid, endedBy);
      // It is on its way.
      await new Promise((done) => setTimeout(done, 1_000));
    },
  };
}

function hostOf(
  packageDir: string,
  signal: AbortSignal,
  runProgram: Host['runProgram'],
): { host: Host; flushed: () => Promise<void> } {
  const stderr = gather(sinkOf(2, () => {}));
  process.on('exit', stderr.writeOut);
  const result = sinkOf(1, (error) => {
    // A reader that goes away (`| head`) is no failure of ours; a result that is lost otherwise is one.
    if (error.code === 'EPIPE') process.exit(0);
    stderr.write(`✗ write the result: ${error.message}\n  free some space, or send it elsewhere\n`);
    process.exit(1);
  });
  const stdout: TextSink = {
    write(text) {
      stderr.writeOut();
      result.write(text);
    },
    get isTTY() {
      return result.isTTY;
    },
    get columns() {
      return result.columns;
    },
  };
  const homeDir = process.env['HOME'] ?? process.env['USERPROFILE'] ?? '/';
  const host: Host = {
    env: process.env,
    cwd: process.cwd(),
    homeDir,
    platform: process.platform,
    arch: process.arch,
    calledAs: programNameOf(
      process.argv[1] ?? '',
      resolve(pluginPlaceOf({ env: process.env, homeDir, platform: process.platform }).path),
    ),
    stdout,
    stderr,
    get interactive() {
      // Node's own stream for the input takes several milliseconds to load.
      return (process.env['CI'] ?? '') === '' && stderr.isTTY && mayBeTerminal(0) && process.stdin.isTTY === true;
    },
    async readStdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    async runProgram(call) {
      // It writes to the same place.
      stderr.writeOut();
      return await runProgram(call);
    },
    now: () => new Date(),
    signal,
    packageDir,
  };
  return {
    host,
    async flushed() {
      await Promise.all([result.flushed(), stderr.flushed()]);
    },
  };
}

/** Lines that come closer to one another than this are written together: each write may wake a reader. */
const DENSE_MS = 20;

/** Puts texts together that come in quick succession; the first is written at once, the others a moment later. */
function gather(sink: StandardSink): StandardSink & { writeOut(): void } {
  let gathered = '';
  let wroteAt = Number.NEGATIVE_INFINITY;
  const writeOut = (): void => {
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    wroteAt = performance.now();
    sink.write(text);
  };
  return {
    write(text) {
      gathered += text;
      if (performance.now() - wroteAt > DENSE_MS) writeOut();
      else if (gathered !== text) return;
      // On a terminal a question may come next.
      else if (sink.isTTY) setImmediate(writeOut);
      else setTimeout(writeOut, DENSE_MS);
    },
    writeOut,
    async flushed() {
      writeOut();
      await sink.flushed();
    },
    get isTTY() {
      return sink.isTTY;
    },
    get columns() {
      return sink.columns;
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

/** Tells whether a descriptor is a device, as terminals are, and not a file, pipe or socket, nor the device that takes all. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return !stats.isFile() && !stats.isFIFO() && !stats.isSocket() && !isNullDevice(stats);
  } catch {
    return true;
  }
}

function isNullDevice({ rdev }: Stats): boolean {
  try {
    return rdev !== 0 && statSync('/dev/null').rdev === rdev;
  } catch {
    // Windows has it by another name.
    return false;
  }
}
