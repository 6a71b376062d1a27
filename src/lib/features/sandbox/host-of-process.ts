import type { Host } from '../../engine/controlplane/index.ts';

/**
 * Returns this process as the host of a control plane.
 *
 * Effects: none; the functions read the clock and send signals
 */
export function hostOfProcess(env: Host['env']): Host {
  return {
    pid: process.pid,
    platform: process.platform,
    arch: process.arch,
    env,
    now: () => new Date(),
    kill: (pid, signal) => {
      process.kill(pid, signal);
    },
  };
}
