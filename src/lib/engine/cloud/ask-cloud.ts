import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';

/** No answer of a cloud takes longer, programs that its SDK runs to log in included. */
const TIMEOUT_MS = 60_000;

/** What is asked of a cloud, and what to do if it refuses. */
export interface CloudQuestion {
  /** Begins the message of a failure. */
  readonly failure: string;
  readonly hint: string;
  readonly signal?: AbortSignal;
}

/**
 * Waits for the answer of an SDK. What it throws is anything; here it becomes an error with a mend, and it ends in time even if
 * the SDK does not.
 *
 * Effects: those of `work`
 *
 * @throws {FluxError} cloud/refused; what the signal was aborted with
 */
export async function askCloud<T>(work: () => Promise<T>, { failure, hint, signal }: CloudQuestion): Promise<T> {
  const end = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal === undefined ? [] : [signal])]);
  let stop: () => void = () => {};
  const ended = new Promise<never>((_resolve, reject) => {
    stop = () => reject(end.reason);
    end.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), ended]);
  } catch (cause) {
    signal?.throwIfAborted();
    if (isFluxError(cause)) throw cause;
    throw new FluxError('cloud/refused', `${failure}: ${explain(cause)}`, { hint, cause });
  } finally {
    end.removeEventListener('abort', stop);
  }
}

/** The first paragraph: chains of credentials tell of each member they tried. */
function explain(cause: unknown): string {
  const text = messageOf(cause).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? 'no reason was given' : text.slice(0, 600);
}
