import type { View } from '../core/view.ts';
import { escapeControl } from './escape-control.ts';

/**
 * Lays a table out as kubectl does: columns as wide as their longest cell, two spaces between, nothing behind the last.
 *
 * Effects: none
 *
 * @param wide shows the columns for `-o wide` too
 * @returns lines, each ended; empty for no rows and no head
 */
export function formatTable<T>(
  columns: View<T>,
  rows: readonly T[],
  options: { wide?: boolean; noHeader?: boolean } = {},
): string {
  const shown = columns.filter((column) => column.wide !== true || options.wide === true);
  const lines = rows.map((row) =>
    shown.map((column) =>
      escapeControl(
        column
          .value(row)
          .replaceAll(/\s*[\n\t]\s*/g, ' ')
          .trim(),
      ),
    ),
  );
  if (options.noHeader !== true) lines.unshift(shown.map((column) => column.title.toUpperCase()));
  const widths = shown.map((_, index) => lines.reduce((width, cells) => Math.max(width, widthOf(cells[index] ?? '')), 0));
  return lines
    .map((cells) => {
      const padded = cells.map((cell, index) =>
        index === cells.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)),
      );
      return `${padded.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** Columns that a text takes: wide East Asian characters and emoji take two. */
function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text)
    width += /\p{Mark}/u.test(character)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
            character,
          )
        ? 2
        : 1;
  return width;
}
