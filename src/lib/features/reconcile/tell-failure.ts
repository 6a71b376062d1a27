import type { FluxError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { formatDenials, type NeededAccess } from '../../engine/rbac/index.ts';

/**
 * Tells of a failure as the end of a command would: the sentence, the place in the file, the mend.
 *
 * Effects: tells
 *
 * @param subject put before the sentence, where that does not name the object itself
 */
export function tellFailure(error: FluxError, progress: Progress, subject?: string): void {
  const { summary, lines } = readDenials(error);
  const sentence = summary ?? error.message;
  const { source } = error;
  // Paths of a repository count from its top.
  const inRepository = source === undefined ? undefined : { ...source, file: source.file.replace(/^\/+/, '') };
  progress.failure(subject === undefined ? sentence : `${subject}: ${sentence}`, inRepository);
  for (const line of lines) progress.detail(line);
  const { file, line, column } = source ?? {};
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  if (!error.message.includes(place)) progress.detail(place);
  if (error.hint !== undefined) progress.detail(error.hint);
}

/** The many denials of a refusal are read in columns; its message is for places that have one line. */
function readDenials(error: FluxError): { summary?: string; lines: readonly string[] } {
  if (error.code !== 'rbac/denied') return { lines: [] };
  const { summary, denied } = (error.details ?? {}) as { summary?: string; denied?: readonly NeededAccess[] };
  const lines = formatDenials((denied ?? []).map((request) => ({ request, reason: '' })));
  return summary === undefined ? { lines } : { summary, lines };
}
