import { isFluxError } from '../../core/errors.ts';
import type { ReconcilePorts } from './ports.ts';

/** Work that is done a while after it was asked for, unless it is stopped before. */
export interface Delayed {
  /** Asks for it; asking again while it is awaited changes nothing. */
  start(): void;
  /** Nothing is begun any more. */
  stop(): void;
}

/**
 * Makes work that waits a while before it is done. It is done on the side: an error of the cluster is left to whoever
 * writes next.
 *
 * Effects: none by itself
 */
export function createDelayed(
  delayMs: number,
  work: () => Promise<void>,
  { world, signal }: Pick<ReconcilePorts, 'world' | 'signal'>,
): Delayed {
  let awaited: AbortController | undefined;
  return {
    start() {
      if (awaited !== undefined) return;
      const own = new AbortController();
      awaited = own;
      const run = async (): Promise<void> => {
        try {
          await world.sleep(delayMs, own.signal);
        } catch {
          return;
        }
        if (signal?.aborted === true) return;
        awaited = undefined;
        await work();
      };
      run().catch((error: unknown) => {
        if (!isFluxError(error) && signal?.aborted !== true) throw error;
      });
    },
    stop() {
      awaited?.abort();
    },
  };
}
