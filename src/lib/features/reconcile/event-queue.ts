import { type FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import { createDelayed } from './delayed.ts';
import type { ReconcilePorts } from './ports.ts';

/** Events on their way to the cluster. */
export interface EventQueue {
  /** Takes an event that `write` writes. */
  add(write: () => Promise<unknown>): void;
  /** Writes all that wait; resolves once they are written. */
  flush(): Promise<void>;
  /** Writes all that wait, the last time. */
  close(): Promise<void>;
}

/** So long an event may wait for a moment in which nothing else is to be done. */
const LONGEST_MS = 5_000;
const AT_ONCE = 4;
/** So many are not left waiting. */
const MANY = 500;
/** The oldest go where more cannot be written; as many as the recorder upstream holds. */
const MOST = 1_000;
/** After these there is no sense in trying the next one: nothing gets through, or nothing may be written any more. */
const HOPELESS: readonly string[] = ['kube/unreachable', 'kube/timeout', 'lease/lost'];

/**
 * Makes a queue in which events wait until somebody finds the time for them, as they do in a controller's recorder: an object
 * that is ready is worth more than the word that it is. An event that cannot be written is told and forgotten.
 *
 * Effects: none by itself; `flush`, and a timer while events wait, write Events
 * Source: k8s.io/client-go tools/record, whose recorder writes events in the background
 */
export function createEventQueue(ports: Pick<ReconcilePorts, 'world' | 'progress' | 'signal'>): EventQueue {
  const waiting: (() => Promise<unknown>)[] = [];
  let last: Promise<void> = Promise.resolve();
  let broken: { readonly error: unknown } | undefined;
  const writeAll = async (): Promise<void> => {
    if (broken !== undefined) throw broken.error;
    const batch = waiting.splice(0);
    let isHopeless = false;
    const left = await mapBounded(batch, AT_ONCE, async (write) => {
      if (isHopeless) return [write];
      const error = await tryEvent(write, ports);
      isHopeless ||= error !== undefined && HOPELESS.includes(error.code);
      return [];
    });
    waiting.unshift(...left.flat());
  };
  const flush = (): Promise<void> => {
    const turn = last.then(writeAll);
    last = turn.catch(() => {});
    return turn;
  };
  const soon = createDelayed(LONGEST_MS, flush, ports);
  return {
    add(write) {
      waiting.push(write);
      if (waiting.length > MOST) waiting.shift();
      soon.start();
      if (waiting.length % MANY === 0) flush().catch((error: unknown) => (broken = { error }));
    },
    flush,
    close() {
      soon.stop();
      return flush();
    },
  };
}

/**
 * Writes an event: no run fails for one that cannot be written.
 *
 * @returns what it failed with
 */
export async function tryEvent(
  write: () => Promise<unknown>,
  { progress }: Pick<ReconcilePorts, 'progress'>,
): Promise<FluxError | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (!isFluxError(error)) throw error;
    progress.warning(`event not recorded: ${messageOf(error)}`);
    return error;
  }
}
