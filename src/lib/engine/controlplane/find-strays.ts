import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Host } from './host.ts';
import { type Component, COMPONENTS, type Layout } from './layout.ts';
import { type ProcessIdentity, readStartTime } from './process-identity.ts';

/**
 * Finds processes of a control plane by their command lines. They are the ones that a pid file misses when the caller was
 * killed between starting a process and noting it.
 *
 * Effects: reads /proc; runs `ps` where there is no /proc
 */
export function findStrays(layout: Layout, host: Host): { component: Component; identity: ProcessIdentity }[] {
  return listProcesses(host).flatMap(({ pid, args }) => {
    const component = selectComponent(args, layout.dir);
    const startTime = component === undefined ? undefined : readStartTime(pid, host.platform);
    return component === undefined || startTime === undefined ? [] : [{ component, identity: { pid, startTime } }];
  });
}

/**
 * Tells from a command line which component it is of the control plane in a folder; `undefined` for anything else.
 *
 * Effects: none
 */
export function selectComponent(args: readonly string[], dir: string): Component | undefined {
  const [program = '', ...flags] = args;
  const component = COMPONENTS.find((name) => name === basename(program));
  return flags.some((flag) => flag.includes(`=${dir}/`)) ? component : undefined;
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
