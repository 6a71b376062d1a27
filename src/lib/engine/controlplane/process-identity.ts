import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Host } from './host.ts';

/**
 * Which process is meant. The id alone does not say it, since systems use ids again: together with the time at which the
 * process started it does, so a stranger who inherited the id is never signalled.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process. */
  readonly startTime: string;
}

/**
 * Finds out the start time of a live process; `undefined` where there is none or it has ended and only waits to be reaped.
 *
 * Effects: reads /proc; runs `ps` where there is no /proc
 */
export function readStartTime(pid: number, platform: string): string | undefined {
  if (platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`);
    const fields = stat === undefined ? undefined : parseProcStat(stat);
    // A program whose first thread has ended holds its ports until the last one has.
    if (fields === undefined || (isEnded(fields.state) && fields.threads <= 1)) return undefined;
    // Ticks count from the start of the system, so the same number may come again after a restart of the machine.
    return `${fields.startTicks}@${readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}`;
  }
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return parsePsLine(line);
  } catch {
    return undefined;
  }
}

/**
 * Reads `/proc/<pid>/stat`. The second field is the program's name in brackets, which may hold spaces and brackets itself.
 *
 * Effects: none
 * Source: proc_pid_stat(5)
 */
export function parseProcStat(text: string): { state: string; threads: number; startTicks: string } | undefined {
  const close = text.lastIndexOf(')');
  if (close === -1) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const [state] = fields;
  const threads = fields[17];
  const startTicks = fields[19];
  if (state === undefined || threads === undefined || startTicks === undefined || !/^\d+$/.test(startTicks)) return undefined;
  return { state, threads: Number(threads), startTicks };
}

/**
 * Reads a line of `ps -o stat=,lstart=` as the start time; `undefined` for a process that has ended.
 *
 * Effects: none
 */
export function parsePsLine(line: string): string | undefined {
  const match = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(line);
  return match === null || isEnded(match[1] ?? '') ? undefined : match[2]?.replace(/\s+/g, ' ');
}

/** Tells whether this very process still runs. */
export function isRunning(identity: ProcessIdentity, host: Pick<Host, 'platform'>): boolean {
  return readStartTime(identity.pid, host.platform) === identity.startTime;
}

function isEnded(state: string): boolean {
  return state.startsWith('Z') || state.startsWith('X');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
