import { type SpawnOptions, spawn } from 'node:child_process';

/** One named piece of work of a task. */
export interface Step {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Runs steps one after another and says how long each took. The first that fails ends the task.
 *
 * Effects: writes to stderr; sets the exit code
 */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  for (const { name, run } of steps) {
    const started = Date.now();
    process.stderr.write(`► ${name}\n`);
    try {
      await run();
    } catch (error) {
      process.stderr.write(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
      return false;
    }
    process.stderr.write(`✔ ${name} ${((Date.now() - started) / 1000).toFixed(1)}s\n`);
  }
  return true;
}

/**
 * Runs a program with this terminal, and rejects unless it exits with 0.
 *
 * Effects: all that the program does
 */
export async function runProgram(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`${command.split('/').at(-1) ?? command} ended with ${signal ?? code}`));
      });
    });
  } finally {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}
