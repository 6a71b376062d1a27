import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Host } from './host.ts';
import { COMPONENTS, type Layout } from './layout.ts';
import { type ProcessIdentity, readStartTime } from './process-identity.ts';

/**
 * Finds processes of a control plane by their command lines. They are the ones that a pid file misses when the caller was
 * killed between starting a process and noting it.
 *
 * Effects: reads /proc; runs `ps` where there is no /proc
 */
export function findStrays(layout: Layout, host: Host): ProcessIdentity[] {
  const strays: ProcessIdentity[] = [];
  for (const { pid, args } of listProcesses(host)) {
    if (!isOfControlPlane(args, layout.dir)) continue;
    const startTime = readStartTime(pid, host.platform);
    if (startTime !== undefined) strays.push({ pid, startTime });
  }
  return strays;
}

/**
 * Tells whether a command line is that of a component which keeps its files in a folder.
 *
 * Effects: none
 */
export function isOfControlPlane(args: readonly string[], dir: string): boolean {
  const [program = '', ...flags] = args;
  const names: readonly string[] = COMPONENTS;
  return names.includes(basename(program)) && flags.some((flag) => flag.includes(`=${dir}/`));
}

function listProcesses(host: Host): { pid: number; args: string[] }[] {
  if (host.platform === 'linux') {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map((entry) => ({ pid: Number(entry), args: readCommandLine(entry) }));
  }
  // `ps` does not keep the borders between arguments; folders with spaces are matched by the text after the `=` all the same.
  const table = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8', env: { PATH: '/bin:/usr/bin' } });
  return table.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s*(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), args: [match[2] ?? '', match[3] ?? ''] }];
  });
}

function readCommandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
