import type { WorldPort } from './ports.ts';

/** Something to wait at until there is news. */
export interface Bell {
  /** Ends the wait, or the next one. */
  ring(): void;
  /** @param ms ends it after that time too; absent waits for the bell alone */
  wait(ms: number | undefined): Promise<void>;
}

/** Timers cannot be set further ahead than 24 days. */
const LONGEST_MS = 3_600_000;

/**
 * Makes a bell.
 *
 * Effects: none by itself
 */
export function createBell(world: Pick<WorldPort, 'sleep'>): Bell {
  let rung = Promise.withResolvers<void>();
  const timed = async (ms: number): Promise<void> => {
    const timer = new AbortController();
    const over = world.sleep(Math.min(LONGEST_MS, Math.max(0, ms)), timer.signal).catch(() => {});
    await Promise.race([rung.promise, over]);
    timer.abort();
  };
  return {
    ring: () => rung.resolve(),
    async wait(ms) {
      if (ms === undefined) await rung.promise;
      else await timed(ms);
      // What rang until now is looked at now.
      rung = Promise.withResolvers();
    },
  };
}
