import type { FailurePhase } from './errors.ts';

/** How often and how long to try. */
export interface RetryLimits {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** The longest wait that a server may ask for. */
  readonly maxWaitMs: number;
}

/** Ten retries as client-go; a server that wants more than a minute is not waited for. */
export const DEFAULT_RETRY_LIMITS: RetryLimits = Object.freeze({ maxAttempts: 11, maxWaitMs: 60_000 });

/** What came of one attempt: a status, or a connection that failed. */
export interface AttemptOutcome {
  readonly method: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly status?: number;
  readonly retryAfter?: string;
  readonly failure?: FailurePhase;
}

/**
 * Tells how long to wait before the same request is sent again; `undefined` means not at all.
 *
 * Any request is sent again that the server refused unseen, or answered with 429 or 5xx and Retry-After. One whose connection
 * broke under way is sent again only if it reads.
 *
 * Effects: none
 * Source: client-go rest/with_retry.go
 * Differs: 429 without Retry-After and 503 on a read are tried again too, after 0.2 s, 0.4 s, … up to 5 s
 *
 * @param nowMs for a Retry-After that is a date
 */
export function decideRetry(outcome: AttemptOutcome, limits: RetryLimits, nowMs: number): number | undefined {
  if (outcome.attempt >= limits.maxAttempts) return undefined;
  const reads = outcome.method === 'GET' || outcome.method === 'HEAD';
  const backoff = Math.min(5_000, 100 * 2 ** outcome.attempt);
  if (outcome.failure !== undefined) {
    // A server that is not there is not waited for here: the user would rather know.
    if (outcome.failure === 'connect') return undefined;
    if (outcome.failure === 'refused') return outcome.attempt === 1 ? 0 : backoff;
    return reads && outcome.attempt < 4 ? backoff : undefined;
  }
  const { status = 0 } = outcome;
  if (status !== 429 && status < 500) return undefined;
  const asked = parseRetryAfter(outcome.retryAfter, nowMs);
  if (asked !== undefined) return asked <= limits.maxWaitMs ? asked : undefined;
  if (status === 429 || (status === 503 && reads)) return outcome.attempt < 6 ? backoff : undefined;
  return undefined;
}

/**
 * Reads a Retry-After header as milliseconds from now.
 *
 * Effects: none
 *
 * @example parseRetryAfter('2', 0) // 2000
 */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
