import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits; an abort rejects with the signal's own reason, where Node's timer would wrap it.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
