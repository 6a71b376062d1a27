import type { FluxError, SourcePosition } from '../core/errors.ts';
import type { Host, TextSink } from '../core/host.ts';
import { joinPath } from '../core/paths.ts';
import { redact } from '../core/redact.ts';
import type { View } from '../core/view.ts';
import type { CiLog, JobSummary } from './ci-log.ts';
import { escapeControl } from './escape-control.ts';
import { formatMarkdown } from './format-markdown.ts';
import { formatError } from './print-error.ts';
import { PLAIN } from './terminal.ts';

/** GitHub keeps ten annotations of a kind for each step; the rest of the story needs some too. */
const MOST_PLACES = 8;
/** A summary is to be read at a glance. */
const MOST_ROWS = 50;
const LONGEST_CELL = 300;

/**
 * The log of GitHub Actions: groups, annotations at files and lines, and the summary of the job.
 *
 * Effects: writes to stderr
 */
export function openGithubLog({ stderr, env, cwd }: Host): CiLog {
  let isOpen = false;
  const send = (command: string, properties: Record<string, string | number | undefined>, text: string): void => {
    const given = Object.entries(properties).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
    );
    stderr.write(`::${command}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(text)}\n`);
  };
  const workspace = env['GITHUB_WORKSPACE'] ?? '';
  const placeOf = (source: SourcePosition | undefined): Record<string, string | number | undefined> => {
    const file = source === undefined ? undefined : pathInWorkspace(source.file, cwd, workspace);
    return file === undefined ? {} : { file, line: source?.line, col: source?.column };
  };
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  return {
    sink: guardedSink(stderr),
    guard: disarmCommands,
    section(title) {
      if (isOpen) stderr.write('::endgroup::\n');
      isOpen = title !== undefined;
      if (title !== undefined) send('group', {}, escapeControl(title).replaceAll(/\s+/g, ' '));
    },
    annotate: (level, text, place) => send(level, placeOf(place), text),
    annotateError(error) {
      const text = formatError(error, PLAIN)
        .trimEnd()
        .replace(/^\u2717 /, '');
      send('error', { ...placeOf(error.source), title: error.code }, text);
      for (const single of placesOf(error).slice(0, MOST_PLACES)) {
        send('error', { ...placeOf(single.source), title: single.code }, escapeControl(single.message));
      }
    },
    ...(file === '' ? {} : { summarize: (summary: JobSummary) => ({ file, text: formatSummary(summary) }) }),
  };
}

/** The single failures that have a place of their own. */
function placesOf(error: FluxError): FluxError[] {
  return error.errors.flatMap((single) => [...(single.source === undefined ? [] : [single]), ...placesOf(single)]);
}

/**
 * Where a file is in the checkout. What is named without a slash counts from the working folder where that is inside, else from
 * the top: paths of a repository do.
 *
 * @returns undefined where it is outside
 *
 * @example pathInWorkspace('deploy/web.yaml', '/w/repo/apps', '/w/repo') // 'apps/deploy/web.yaml'
 */
export function pathInWorkspace(file: string, cwd: string, workspace: string): string | undefined {
  if (workspace === '') return undefined;
  const top = joinPath('/', workspace.replaceAll('\\', '/'));
  const under = (path: string): string | undefined => (path.startsWith(`${top}/`) ? path.slice(top.length + 1) : undefined);
  const path = file.replaceAll('\\', '/');
  if (path.startsWith('/')) return under(joinPath('/', path));
  const folder = joinPath('/', cwd.replaceAll('\\', '/'));
  return under(joinPath(folder === top || folder.startsWith(`${top}/`) ? folder : top, path));
}

/** As the runner reads it back. Source: actions/toolkit packages/core/src/command.ts */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Makes text of others mere text: the runner obeys a line that begins with `::`, blanks before it or not, and `##[` anywhere. A
 * message in the status of an object can have both, and whoever may write that object is not whoever may run the workflow.
 *
 * Effects: none
 * Source: actions/runner src/Runner.Common/ActionCommand.cs
 *
 * @example disarmCommands('  ::set-output name=a::b') // '  \\::set-output name=a::b'
 */
export function disarmCommands(text: string): string {
  return text.replaceAll(AT_BEGIN, '$1\\$2').replaceAll(ANYWHERE, '$1\\[');
}

// The runner compares as people read: characters that nobody sees count for nothing, between the signs too.
const AT_BEGIN = /(?<=^|[\n\r])([^\p{L}\p{N}\p{P}\p{S}\n\r]*)(:[\p{Cf}\p{M}]*:)/gu;
const ANYWHERE = /(#[\p{Cf}\p{M}]*#[\p{Cf}\p{M}]*)\[/gu;

function guardedSink(sink: TextSink): TextSink {
  return {
    write: (text) => sink.write(disarmCommands(text)),
    get isTTY() {
      return sink.isTTY;
    },
    get columns() {
      return sink.columns;
    },
  };
}

function formatSummary({ title, table: { columns, rows } }: JobSummary): string {
  const short: View<unknown> = columns.map((column) => ({ ...column, value: (row) => shorten(redact(column.value(row))) }));
  const more = rows.length > MOST_ROWS ? `\nand ${rows.length - MOST_ROWS} more\n` : '';
  const shown = rows.length === 0 ? '' : `\n${formatMarkdown(short, rows.slice(0, MOST_ROWS))}`;
  return `### ${escapeControl(redact(title))}\n${shown}${more}\n`;
}

function shorten(text: string): string {
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
}
