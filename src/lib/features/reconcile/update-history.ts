import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { formatDuration } from '../../core/duration.ts';

/** How many entries are kept. */
const MAX_ENTRIES = 5;

/** One run, as history tells it. */
export interface HistoryRun {
  /** `sha256:<hex>` of what was built. */
  readonly digest: string;
  /** The Ready reason of its end. */
  readonly status: string;
  /** RFC 3339. */
  readonly at: string;
  readonly elapsedMs: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Puts a run into `status.history`: the entry of the same digest and status moves to the front and counts one more, else a
 * new one goes there.
 *
 * Effects: none
 * Source: fluxcd/pkg apis/meta/history.go Upsert
 */
export function updateHistory(history: JsonValue | undefined, run: HistoryRun): JsonObject[] {
  const entries = Array.isArray(history) ? history.filter(isJsonObject) : [];
  const isSame = (entry: JsonObject): boolean => entry['digest'] === run.digest && entry['lastReconciledStatus'] === run.status;
  const before = entries.find(isSame);
  const total = typeof before?.['totalReconciliations'] === 'number' ? before['totalReconciliations'] : 0;
  const entry: JsonObject = {
    digest: run.digest,
    firstReconciled: before?.['firstReconciled'] ?? run.at,
    lastReconciled: run.at,
    lastReconciledDuration: formatDuration(run.elapsedMs),
    lastReconciledStatus: run.status,
    totalReconciliations: total + 1,
    metadata: { ...run.metadata },
  };
  return [entry, ...entries.filter((other) => !isSame(other))].slice(0, MAX_ENTRIES);
}
