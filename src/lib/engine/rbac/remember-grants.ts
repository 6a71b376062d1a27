import { formatAccessKey } from './check-access.ts';
import type { AccessAnswer, AccessReviewer } from './types.ts';

const MOST_ANSWERS = 10_000;

/**
 * Makes a reviewer that asks for what was granted a moment ago, or is being asked for, not once more. Refusals are asked for
 * each time: they may have been mended.
 *
 * A grant that was taken back meanwhile is found out by the request itself, a little later.
 *
 * Effects: those of the reviewer
 *
 * @param now milliseconds since the epoch
 * @param forMs how long a grant is believed
 */
export function rememberGrants(reviewer: AccessReviewer, now: () => number, forMs: number): AccessReviewer {
  const asked = new Map<string, { readonly at: number; readonly answer: Promise<AccessAnswer> }>();
  return {
    async review(request) {
      const key = formatAccessKey(request);
      const before = asked.get(key);
      if (before !== undefined && now() - before.at < forMs) return before.answer;
      if (asked.size >= MOST_ANSWERS) asked.clear();
      const answer = reviewer.review(request);
      const entry = { at: now(), answer };
      asked.set(key, entry);
      const forget = (): void => {
        if (asked.get(key) === entry) asked.delete(key);
      };
      try {
        const { allowed } = await answer;
        if (!allowed) forget();
      } catch (error) {
        forget();
        throw error;
      }
      return answer;
    },
  };
}
