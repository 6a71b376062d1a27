import { isFluxError } from '../../lib/core/errors.ts';

/**
 * Runs work that tells what happens, and gives that one by one. SIGTERM is how such work is meant to end (systemd and
 * Kubernetes send it), so that it is no failure; Ctrl-C, a lost Lease and all else are.
 *
 * Effects: those of the work, from when the first is asked for
 *
 * @param signal that the process ends by
 */
export async function* streamEvents<T>(
  work: (emit: (event: T) => void) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  let events: T[] = [];
  let news = Promise.withResolvers<void>();
  let end: { error?: unknown } | undefined;
  const emit = (event: T): void => {
    events.push(event);
    news.resolve();
  };
  const over = work(emit).then(
    () => void (end = {}),
    (error: unknown) => void (end = { error }),
  );
  void over.then(() => news.resolve());
  for (;;) {
    await news.promise;
    news = Promise.withResolvers();
    const batch = events;
    events = [];
    yield* batch;
    if (end === undefined) continue;
    if (events.length > 0) yield* events;
    if (end.error === undefined || (isTermination(signal) && !isFluxError(end.error, 'lease/'))) return;
    throw end.error;
  }
}

function isTermination({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Error && reason.message === 'SIGTERM';
}
