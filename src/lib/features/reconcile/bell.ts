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
  return {
    ring: () => rung.resolve(),
    async wait(ms) {
      const timer = new AbortController();
      const timed = ms === undefined ? [] : [world.sleep(Math.min(LONGEST_MS, Math.max(0, ms)), timer.signal).catch(() => {})];
      try {
        await Promise.race([rung.promise, ...timed]);
      } finally {
        timer.abort();
        // What rang until now is looked at now.
        rung = Promise.withResolvers();
      }
    },
  };
}
