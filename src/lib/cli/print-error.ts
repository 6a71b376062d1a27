import { FluxError, isFluxError, messageOf } from '../core/errors.ts';
import type { TextSink } from '../core/host.ts';
import { formatJson, type JsonValue } from '../core/json.ts';
import { redact } from '../core/redact.ts';
import type { CiLog } from './ci-log.ts';
import { escapeControl } from './escape-control.ts';
import type { OutputFormat } from './output.ts';
import type { Paint } from './terminal.ts';

/**
 * Prints an error on stderr: as one object under `-o json` and `-o yaml`, else as sentence, place, single failures and mend.
 *
 * Effects: writes to the sink
 *
 * @param ci gets it as an annotation, which takes the place of the text for people
 */
export async function printError(
  error: FluxError,
  format: OutputFormat,
  sink: TextSink,
  paint: Paint,
  ci?: CiLog,
): Promise<void> {
  ci?.annotateError?.(error);
  const guard = ci?.guard ?? ((text: string) => text);
  if (format === 'json') {
    sink.write(`${formatJson({ error: guardAll(error.toJSON(), guard) }, 2)}\n`);
  } else if (format === 'yaml') {
    const { emitYaml } = await import('../core/yaml/emit-yaml.ts');
    sink.write(emitYaml(guardAll({ error: error.toJSON() }, guard)));
  } else if (ci?.annotateError === undefined) {
    sink.write(formatError(error, paint));
  }
}

/** Guards each text of a document, so that the document stays one. */
function guardAll(value: unknown, guard: (text: string) => string): JsonValue {
  return JSON.parse(formatJson(value), (_key, member: JsonValue) => (typeof member === 'string' ? guard(member) : member));
}

/** The text of an error for people; lines, each ended. */
export function formatError(error: FluxError, paint: Paint): string {
  const lines = [`${paint('bad', '✗')} ${escapeControl(error.message)}`];
  const { source } = error;
  if (source !== undefined) {
    const place = [source.file, source.line, source.column].filter((part) => part !== undefined).join(':');
    if (!error.message.includes(place)) lines.push(`    ${place}`);
  }
  for (const single of error.errors)
    lines.push(
      ...formatError(single, paint)
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`),
    );
  if (error.hint !== undefined)
    lines.push(
      ...escapeControl(error.hint)
        .split('\n')
        .map((line) => `  ${line}`),
    );
  if (error.code.startsWith('internal/')) {
    lines.push('  this is a mistake of flux-ts: please report it with the command and the lines below', String(error.stack));
  }
  return `${lines.join('\n')}\n`;
}

/** Whatever was thrown, as a `FluxError`. */
export function asFluxError(error: unknown, signal: AbortSignal): FluxError {
  if (isFluxError(error)) return error;
  if (signal.aborted) return new FluxError('usage/interrupted', 'interrupted', { cause: error });
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new FluxError('usage/timeout', 'the time limit of the command was reached', {
      hint: 'give it more with --timeout',
      cause: error,
    });
  }
  const made = new FluxError('internal/bug', redact(messageOf(error)), { cause: error });
  if (error instanceof Error && error.stack !== undefined) made.stack = redact(error.stack);
  return made;
}
