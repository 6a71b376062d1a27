import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { FluxError, messageOf } from '../../core/errors.ts';
import { formatFlags } from './flags.ts';
import type { Host } from './host.ts';
import type { Component, Layout } from './layout.ts';
import { type ProcessIdentity, readStartTime } from './process-identity.ts';
import { type State, writePidFile } from './state.ts';

/** A process that this call started. */
export interface Spawned {
  readonly component: Component;
  readonly identity: ProcessIdentity;
  /** Rejects with `controlplane/process-ended` or `controlplane/port-taken` when the process ends. */
  readonly ended: Promise<never>;
  /** Lets go of it: whether it ends no longer matters to the caller. */
  release(): void;
}

/**
 * Starts a process of the control plane in a session of its own, so that it outlives the caller and no Ctrl-C reaches it.
 * What it prints is added to its log file.
 *
 * Effects: starts the process; writes its pid file
 *
 * @throws {FluxError} controlplane/spawn-failed: the program can't be run
 */
export async function spawnComponent(component: Component, layout: Layout, state: State, host: Host): Promise<Spawned> {
  const program = state.binaries[component];
  const log = openSync(layout.log(component), 'a', 0o600);
  const logStart = statSync(layout.log(component)).size;
  const failed = (cause: unknown) =>
    new FluxError('controlplane/spawn-failed', `can't run ${component} (${program}): ${messageOf(cause)}`, {
      hint: 'is it a program for this machine? Remove it, and it is found or built anew',
      cause,
    });
  try {
    const child = spawn(program, formatFlags(component, layout, state.ports, state.apiserverFlags, state.audit), {
      cwd: layout.dir,
      detached: true,
      stdio: ['ignore', log, log],
      // Nothing of the caller's environment: proxies, Go debug settings and etcd's own variables would change what it does.
      env: { PATH: host.env['PATH'] ?? '', HOME: layout.dir, TMPDIR: layout.dir },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(failed(cause)));
    });
    const pid = child.pid as number;
    const identity = { pid, startTime: readStartTime(pid, host.platform) ?? '' };
    writePidFile(layout, component, identity);
    const ended = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code, signal) => reject(endedError(component, layout, logStart, code, signal)));
    });
    // Whoever waits races against it; when nobody waits, an end is not an unhandled rejection.
    ended.catch(() => {});
    child.unref();
    return { component, identity, ended, release: () => child.removeAllListeners('exit') };
  } finally {
    closeSync(log);
  }
}

function endedError(
  component: Component,
  layout: Layout,
  logStart: number,
  code: number | null,
  signal: NodeJS.Signals | null,
): FluxError {
  const log = readFileSync(layout.log(component)).subarray(logStart).toString('utf8');
  const how = signal === null ? `ended with code ${code ?? 'unknown'}` : `was ended by ${signal}`;
  const details = { component, log: layout.log(component) };
  if (/address already in use/.test(log)) {
    return new FluxError('controlplane/port-taken', `${component} ${how}: another program listens on its port`, { details });
  }
  return new FluxError('controlplane/process-ended', `${component} ${how} while starting: ${selectLastWords(log)}`, {
    hint: `all that it said is in ${layout.log(component)}`,
    details,
  });
}

/**
 * Picks the line of a log that most likely says why its process ended: the last that names an error, else the last.
 *
 * Effects: none
 */
export function selectLastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.findLast((line) => /^(Error|error|E\d{4} |F\d{4} |panic:)|"level":"(fatal|panic|error)"/.test(line));
  return (telling ?? lines.at(-1) ?? 'it said nothing').slice(0, 500);
}
