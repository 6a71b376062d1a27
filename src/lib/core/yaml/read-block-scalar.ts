import type { SimpleText } from './scalar-rules.ts';

/**
 * Reads a block scalar, from its `|` or `>` to the start of the line after it.
 *
 * @param least the fewest spaces that its lines start with
 * @returns `undefined` where the number of spaces is given or in doubt
 */
export function readBlockScalar(reader: SimpleText, least: number): string | undefined {
  const { text } = reader;
  const { length } = text;
  const isFolded = text.charCodeAt(reader.at) === 0x3e;
  let at = reader.at + 1;
  const chomping = text.charCodeAt(at);
  if (chomping === 0x2b || chomping === 0x2d) at++;
  while (text.charCodeAt(at) === 0x20) at++;
  if (text.charCodeAt(at) === 0x23 && text.charCodeAt(at - 1) === 0x20) at = text.indexOf('\n', at);
  if (text.charCodeAt(at) !== 0x0a) return undefined;
  at++;
  let indent = 0;
  let deepestBlank = 0;
  /** Blank lines since the last other one. */
  let blanks = 0;
  let result = '';
  let wasDeeper = false;
  let isBlank = false;
  while (at < length) {
    const lineStart = at;
    while (text.charCodeAt(at) === 0x20) at++;
    const column = at - lineStart;
    const code = text.charCodeAt(at);
    isBlank = code === 0x0a && (indent === 0 || column <= indent);
    if (isBlank) {
      if (column > deepestBlank) deepestBlank = column;
      blanks++;
      at++;
      continue;
    }
    const isFirst = indent === 0;
    if (isFirst) {
      if (column < least || column < deepestBlank) {
        if (code === 0x09 || column >= least) return undefined;
        at = lineStart;
        break;
      }
      if (code === 0x09) return undefined;
      indent = column;
    } else if (column < indent) {
      if (code === 0x09) return undefined;
      at = lineStart;
      break;
    }
    at = text.indexOf('\n', at);
    const line = text.slice(lineStart + indent, at);
    at++;
    if (!isFolded) {
      if (blanks > 0) result += '\n'.repeat(blanks);
      result += isFirst ? line : `\n${line}`;
    } else {
      const first = line.charCodeAt(0);
      const isDeeper = first === 0x20 || first === 0x09;
      if (isDeeper || wasDeeper) result += '\n'.repeat(isFirst ? blanks : blanks + 1);
      else if (blanks > 0) result += '\n'.repeat(blanks);
      else if (!isFirst) result += ' ';
      wasDeeper = isDeeper;
      result += line;
    }
    blanks = 0;
  }
  reader.at = at;
  if (at >= length && !reader.isEnded) {
    // To Go's libraries a block whose last line ends with the text has no line break at its end, whatever its header says.
    return isBlank ? undefined : result.replace(/\n+$/, '');
  }
  if (chomping === 0x2d) return result;
  if (chomping === 0x2b) return result + '\n'.repeat(indent === 0 ? blanks : blanks + 1);
  return indent === 0 ? result : `${result}\n`;
}
