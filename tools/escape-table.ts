import type { EscapeReport, VectorResult } from '../src/lib/features/escape/index.ts';
import type { Setup } from './escape-setups.ts';

/** Lines between which the table stands in a document. */
export const BEGIN = '<!-- escape table: node tools/run.mjs escape -->';
/** The end of it. */
export const END = '<!-- end of the escape table -->';

/**
 * Writes the results of several set-ups as one table: a row for each vector, a column for each set-up, and what holds in the last.
 *
 * Effects: none
 */
export function formatEscapeTable(setups: readonly Setup[], reports: readonly EscapeReport[]): string {
  const last = reports.at(-1);
  const head = ['', 'way out', ...setups.map(({ title }) => title), 'what holds in the last'];
  const rows = (last?.vectors ?? []).map((vector, index) => [
    vector.id,
    vector.title,
    ...reports.map(({ vectors }) => mark(vectors[index])),
    shorten(vector.guard),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const sums = reports.map(({ counts }) => `${counts.open} open, ${counts.unknown} unknown`);
  return [
    ...setups.map(({ title, made }, index) => `${index + 1}. **${title}**: ${made}\n`),
    '\n',
    line(head),
    `|${head.map(() => '---').join('|')}|\n`,
    ...rows.map(line),
    line(['', 'together', ...sums, '']),
  ].join('');
}

/** Which of several policies refuses first, and so how many guards there are, differs from run to run. */
function shorten(guard: string): string {
  return guard.replace(/admission policy \S+/, 'admission policy').replace(/ \(and \d+ more\)$/, '');
}

function mark(vector: VectorResult | undefined): string {
  if (vector === undefined) return '';
  return vector.verdict === 'open' ? '**open**' : vector.verdict;
}

/** Puts the table into a document, in the place of the one before. */
export function replaceTable(document: string, table: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has no place for the table: ${BEGIN}`);
  return `${before}${BEGIN}\n\n${table}\n${END}${after}`;
}
