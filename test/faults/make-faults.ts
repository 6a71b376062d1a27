import type { Random } from '../kill/random.ts';
import type { Fault, PassingRequest } from '../support/fault-proxy.ts';

/** Each seed is another order of faults. One in every run of all tests; more by `npm run faults`. */
const SEEDS = '1';

/** The seeds to go through: those of `FLUX_TS_TEST_SEEDS`, a list of numbers with commas between, or one. */
export function chosenSeeds(): number[] {
  return (process.env['FLUX_TS_TEST_SEEDS'] ?? SEEDS).split(',').map(Number);
}

/** Makes faults of the kinds and as often as chance has it; some seeds have few, so that runs come through. */
export function makeFaults(random: Random): (request: PassingRequest) => Fault | undefined {
  const rate = random.pick([0.01, 0.03, 0.08]);
  const kinds = random.sample<Fault>(['reset', 'reset-after', 'too-many', 'error', 'unavailable', 'stall', 'half'], 4);
  return ({ method, path, isWatch }) => {
    if (isWatch && random.next() < 0.3) return 'expired';
    if (method === 'PATCH' && /toolkit\.fluxcd\.io.*\/status(\?|$)/.test(path) && random.next() < 0.15) return 'conflict';
    return random.next() < rate ? random.pick(kinds) : undefined;
  };
}
