import { type Dirent, readdirSync } from 'node:fs';
import { isFluxError } from '../../core/errors.ts';
import { type Host, inspectControlPlane, readLockHolder } from '../../engine/controlplane/index.ts';
import { hostOfProcess } from './host-of-process.ts';
import { sandboxPaths, sandboxRoot } from './sandbox-paths.ts';
import type { SandboxListItem, SandboxPorts } from './types.ts';

/**
 * Lists the sandboxes of this user, by name.
 *
 * Effects: reads the disk; a request to each API server
 */
export async function sandboxList(ports: SandboxPorts): Promise<SandboxListItem[]> {
  const host = ports.host ?? hostOfProcess(ports.env);
  let entries: Dirent[];
  try {
    entries = readdirSync(sandboxRoot(ports), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const items = await Promise.all(names.sort().map((name) => readItem(name, ports, host)));
  return items.filter((item) => item !== undefined);
}

async function readItem(name: string, ports: SandboxPorts, host: Host): Promise<SandboxListItem | undefined> {
  try {
    const { dir, lock } = sandboxPaths(name, ports);
    const found = await inspectControlPlane(dir, host);
    const busy = readLockHolder(lock, host) !== undefined;
    if (found === undefined) return { name, status: busy ? 'busy' : 'stopped' };
    return {
      name,
      status: busy ? 'busy' : found.status,
      server: found.server,
      ...(found.kubernetesVersion === undefined ? {} : { kubernetesVersion: found.kubernetesVersion }),
      createdAt: found.createdAt.toISOString(),
      ageSeconds: Math.max(0, Math.floor((host.now().getTime() - found.createdAt.getTime()) / 1000)),
    };
  } catch (error) {
    // A folder that no sandbox could have is none; a sandbox whose state can't be read is one.
    if (isFluxError(error, 'sandbox/bad-name')) return undefined;
    if (isFluxError(error, 'controlplane/bad-state')) return { name, status: 'damaged' };
    throw error;
  }
}
