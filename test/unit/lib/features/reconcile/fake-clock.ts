/** Time that passes only when it is told to. */
export interface FakeClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets time pass, and whoever waited for it go on. */
  advance(ms: number): Promise<void>;
  /** How many are asleep. */
  sleepers(): number;
}

/** Makes a clock that stands at 0. */
export function createFakeClock(): FakeClock {
  let now = 0;
  const asleep = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => now,
    sleepers: () => asleep.size,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const sleeper = { at: now + ms, wake: resolve };
        asleep.add(sleeper);
        signal?.addEventListener('abort', () => {
          asleep.delete(sleeper);
          reject(signal.reason);
        });
      });
    },
    async advance(ms) {
      now += ms;
      for (const sleeper of asleep) {
        if (sleeper.at > now) continue;
        asleep.delete(sleeper);
        sleeper.wake();
      }
      await settle();
    },
  };
}

/** Lets everything that is ready to go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
