import { FluxError } from '../core/errors.ts';

/**
 * Splits one line of comma-separated values; a field in double quotes may hold commas, and two double quotes in it are one.
 *
 * Effects: none
 * Source: Go's encoding/csv, which reads the list flags of the flux CLI
 *
 * @throws {FluxError} usage/bad-value: a stray or unclosed quote
 * @example parseCsvLine('a,"b,c"') // ['a', 'b,c']
 */
export function parseCsvLine(line: string): string[] {
  const fields: string[] = [];
  let index = 0;
  for (;;) {
    let field = '';
    if (line[index] === '"') {
      const end = closingQuote(line, index + 1);
      if (end < 0) throw stray(line.length, 'extraneous or missing " in quoted-field');
      field = line.slice(index + 1, end).replaceAll('""', '"');
      index = end + 1;
      if (index < line.length && line[index] !== ',') throw stray(index, 'extraneous or missing " in quoted-field');
    } else {
      const comma = line.indexOf(',', index);
      const end = comma < 0 ? line.length : comma;
      field = line.slice(index, end);
      const quote = field.indexOf('"');
      if (quote >= 0) throw stray(index + quote + 1, 'bare " in non-quoted-field');
      index = end;
    }
    fields.push(field);
    if (index >= line.length) return fields;
    index += 1;
  }
}

function closingQuote(line: string, from: number): number {
  for (let index = from; index < line.length; index += 1) {
    if (line[index] !== '"') continue;
    if (line[index + 1] !== '"') return index;
    index += 1;
  }
  return -1;
}

function stray(column: number, what: string): FluxError {
  return new FluxError('usage/bad-value', `parse error on line 1, column ${column}: ${what}`);
}
