import { FluxError } from '../../core/errors.ts';
import type { Host } from './host.ts';
import { pause } from './pause.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

/** Time that processes get to end by themselves before they are killed. */
export const GRACE_MS = 5_000;

const KILL_WAIT_MS = 5_000;
const POLL_MS = 20;

/**
 * Ends processes: asks them all, waits, kills those that stay, and returns when none is left. A process id that meanwhile
 * belongs to another process is left alone.
 *
 * Effects: signals
 *
 * @throws {FluxError} controlplane/process-stays: a process survived being killed
 */
export async function endProcesses(
  identities: readonly ProcessIdentity[],
  host: Host,
  graceMs: number = GRACE_MS,
): Promise<void> {
  let left = signalAll(identities, host, 'SIGTERM');
  left = await waitForEnd(left, host, graceMs);
  left = await waitForEnd(signalAll(left, host, 'SIGKILL'), host, KILL_WAIT_MS);
  if (left.length > 0) {
    const pids = left.map(({ pid }) => pid).join(', ');
    throw new FluxError('controlplane/process-stays', `process ${pids} does not end, not even by SIGKILL`, {
      hint: 'it is not yours, or waits for the disk; try again later',
      details: { pids: left.map(({ pid }) => pid) },
    });
  }
}

function signalAll(
  identities: readonly ProcessIdentity[],
  host: Host,
  signal: 'SIGTERM' | 'SIGKILL',
): readonly ProcessIdentity[] {
  const running = identities.filter((identity) => isRunning(identity, host));
  for (const { pid } of running) {
    try {
      host.kill(pid, signal);
    } catch {
      // Ended between the look and the signal, or not ours; the wait tells which.
    }
  }
  return running;
}

async function waitForEnd(
  identities: readonly ProcessIdentity[],
  host: Host,
  timeoutMs: number,
): Promise<readonly ProcessIdentity[]> {
  const deadline = host.now().getTime() + timeoutMs;
  let left = identities;
  for (;;) {
    left = left.filter((identity) => isRunning(identity, host));
    if (left.length === 0 || host.now().getTime() >= deadline) return left;
    await pause(POLL_MS);
  }
}
