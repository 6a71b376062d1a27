import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { FluxError } from '../../core/errors.ts';
import { endProcesses } from './end-processes.ts';
import { findStrays } from './find-strays.ts';
import type { Host } from './host.ts';
import { COMPONENTS, type Layout, layoutOf } from './layout.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readRunning } from './state.ts';

/**
 * Ends the processes of the control plane in a folder and removes the folder. Also clears up after a start that was killed
 * half-way.
 *
 * Effects: signals; removes files
 *
 * @throws {FluxError} controlplane/foreign-folder: the folder holds something, but no control plane; nothing is touched
 * @throws {FluxError} controlplane/process-stays: a process survived; the folder is kept
 */
export async function stopControlPlane(dir: string, host: Host, graceMs?: number): Promise<void> {
  const layout = layoutOf(dir);
  assertOwnFolder(layout);
  const strays = findStrays(layout, host);
  // Users before what they use: an API server that has lost etcd takes more than a minute to end by itself.
  for (const component of COMPONENTS.toReversed()) {
    const byPid = new Map<number, ProcessIdentity>();
    const known = readRunning(layout, component, host);
    if (known !== undefined) byPid.set(known.pid, known);
    for (const stray of strays) if (stray.component === component) byPid.set(stray.identity.pid, stray.identity);
    await endProcesses([...byPid.values()], host, graceMs);
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}

/** The state file is written first of all, so a folder with other files and without it is somebody else's. */
function assertOwnFolder(layout: Layout): void {
  let entries: string[];
  try {
    entries = readdirSync(layout.dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const state = basename(layout.stateFile);
  if (entries.length === 0 || entries.some((entry) => entry === state || entry === `${state}.tmp`)) return;
  throw new FluxError(
    'controlplane/foreign-folder',
    `${layout.dir} holds files that are no control plane's; it is left as it is`,
    {
      hint: 'look what it is, and remove it by hand if nobody needs it',
    },
  );
}
