/** Chance that can be had again. */
export interface Random {
  /** From 0 up to, but not with, 1. */
  next(): number;
  /** A whole number below another one. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** So many different ones, or all. */
  sample<T>(items: readonly T[], count: number): T[];
}

/** Makes chance out of a whole number (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: <T>(items: readonly T[]): T => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    sample: <T>(items: readonly T[], count: number): T[] => {
      const left = [...items];
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)[0] as T);
    },
  };
}
