import { isFluxError, messageOf } from '../../core/errors.ts';
import { formatJson, isJsonObject, parseJson } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import type { Query } from './build-path.ts';
import { decodeLines } from './decode-lines.ts';
import { translateStatus } from './errors.ts';
import type { ObjectList, WatchEvent } from './types.ts';
import { applyEvent, applyInitial, beginSync, createWatchState, endSync, type WatchState } from './watch-state.ts';

/** The first wait after a failure, and the longest; as client-go's reflector. */
const FIRST_BACKOFF_MS = 800;
const MAX_BACKOFF_MS = 30_000;

/** Errors that no patience mends: rights, credentials and definitions must change first. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'kube/unauthorized',
  'kube/forbidden',
  'kube/not-found',
  'kube/unknown-kind',
  'kube/exec-plugin',
  'kube/auth-provider',
]);

/** A server that starts refuses for a moment what it grants later, so even these are tried for some 6 s in a watch that worked. */
const FINAL_ATTEMPTS = 4;

/** What a watch needs of the client. */
export interface WatchSource {
  /** What is watched, for warnings: `pods in apps`. */
  readonly name: string;
  /** Opens a watch; throws as any request. */
  open(query: Query): Promise<AsyncIterable<Uint8Array>>;
  list(): Promise<ObjectList>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  warn(text: string): void;
  /** Gives an object its own type back where only metadata were asked for. */
  complete(object: K8sObject): K8sObject;
}

/**
 * Watches objects until the signal is given, and then ends without an error.
 *
 * Without a version it first tells every object there is, then `SYNCED`, then what changes. A connection that ends is opened
 * anew from the last version. Where that version is too old, all objects are asked for and compared, so that the consumer
 * misses no deletion. Where the consumer gave the first version itself, what it knew is not known here: then every object is told
 * again, and `SYNCED` says that what was not told is gone.
 *
 * Effects: reads the API server
 * Source: client-go tools/cache reflector.go
 *
 * @throws {FluxError} what the first request failed with; later only what waiting cannot mend
 */
export async function* watchObjects(
  source: WatchSource,
  resourceVersion: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void, void> {
  const state = createWatchState(resourceVersion);
  if (resourceVersion === undefined) beginSync(state);
  let streamsInitial = true;
  let everOpened = false;
  let failures = 0;
  while (!signal.aborted) {
    let failure: unknown;
    try {
      if (state.seen !== undefined && !streamsInitial) yield* syncByList(source, state);
      const stream = await source.open(state.seen === undefined ? followQuery(state) : INITIAL_QUERY);
      everOpened = true;
      for await (const line of decodeLines(stream)) {
        const step = applyEvent(state, parseJson(line), source.complete);
        yield* step.events;
        if (step.ended !== undefined) {
          failure = statusError(step.ended.status);
          if (step.ended.expired) expire(state);
          break;
        }
        failures = 0;
      }
    } catch (error) {
      failure = error;
      if (isFluxError(error, 'kube/gone')) {
        expire(state);
      } else if (state.seen !== undefined && streamsInitial && refusesInitialEvents(error)) {
        // A server that cannot stream the initial objects lists them.
        streamsInitial = false;
        continue;
      } else if (!signal.aborted && (!everOpened || (isFinal(error) && failures >= FINAL_ATTEMPTS))) {
        throw error;
      }
    }
    if (signal.aborted) return;
    // A synchronisation that broke in the middle begins again.
    if (state.seen !== undefined) beginSync(state);
    failures++;
    if (failures === 1) continue;
    if (failures === 3 && failure !== undefined) {
      source.warn(`the watch of ${source.name} is interrupted and tried again: ${messageOf(failure)}`);
    }
    await source.sleep(Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 2)), signal).catch(() => {});
  }
}

const INITIAL_QUERY: Query = {
  watch: true,
  allowWatchBookmarks: true,
  sendInitialEvents: true,
  resourceVersionMatch: 'NotOlderThan',
};

function followQuery(state: WatchState): Query {
  return { watch: true, allowWatchBookmarks: true, resourceVersion: state.resourceVersion };
}

async function* syncByList(source: WatchSource, state: WatchState): AsyncGenerator<WatchEvent, void, void> {
  const list = await source.list();
  for (const object of list.items) yield* applyInitial(state, object);
  yield* endSync(state, list.resourceVersion);
}

function expire(state: WatchState): void {
  beginSync(state);
}

function refusesInitialEvents(error: unknown): boolean {
  if (!isFluxError(error)) return false;
  return error.code === 'kube/invalid' || error.details?.['status'] === 400;
}

function isFinal(error: unknown): boolean {
  return !isFluxError(error) || FINAL_CODES.has(error.code);
}

function statusError(status: unknown): unknown {
  const code = isJsonObject(status) && typeof status['code'] === 'number' ? status['code'] : 500;
  return translateStatus(code, formatJson(status), 'the watch');
}
