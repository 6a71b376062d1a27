import { rmSync } from 'node:fs';
import { findStrays } from './find-strays.ts';
import type { Host } from './host.ts';
import { layoutOf } from './layout.ts';

/**
 * Kills what runs of the control plane in a folder and removes the folder, all at once and without waiting: for the moment
 * at which a process that owns a throw-away control plane exits.
 *
 * Effects: signals; removes files
 */
export function killControlPlane(dir: string, host: Host): void {
  for (const { identity } of findStrays(layoutOf(dir), host)) {
    try {
      host.kill(identity.pid, 'SIGKILL');
    } catch {
      // Ended by itself.
    }
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}
