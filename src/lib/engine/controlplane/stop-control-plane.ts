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
export async function stopControlPlane(dir: string, host: Host): Promise<void> {
  const layout = layoutOf(dir);
  assertOwnFolder(layout);
  const byPid = new Map<number, ProcessIdentity>();
  for (const component of COMPONENTS) {
    const known = readRunning(layout, component, host);
    if (known !== undefined) byPid.set(known.pid, known);
  }
  for (const { identity } of findStrays(layout, host)) byPid.set(identity.pid, identity);
  // What they would save is removed anyway, and an API server takes a second to end by itself.
  await endProcesses([...byPid.values()], host, 0);
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
