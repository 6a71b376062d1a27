import type { View } from '../core/view.ts';
import { escapeControl } from './escape-control.ts';

/**
 * Writes a table as GitHub's Markdown, for a comment on a pull request. Columns for `-o wide` are left out.
 *
 * Effects: none
 *
 * @example formatMarkdown([{ title: 'NAME', value: (row) => row.name }], [{ name: 'web' }]) // '| NAME |\n|---|\n| web |\n'
 */
export function formatMarkdown<T>(columns: View<T>, rows: readonly T[]): string {
  const shown = columns.filter(({ wide }) => wide !== true);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const head = line(shown.map(({ title }) => title.toUpperCase()));
  const rule = `|${shown.map(() => '---').join('|')}|\n`;
  return head + rule + rows.map((row) => line(shown.map((column) => escapeCell(column.value(row))))).join('');
}

/** A text that stays in its cell, and does nothing there. */
function escapeCell(text: string): string {
  return escapeControl(text.replaceAll(/\s*[\n\t]\s*/g, ' ').trim()).replaceAll(/[\\|<>*_`[\]]/g, (sign) => `\\${sign}`);
}
