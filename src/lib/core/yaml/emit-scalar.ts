import { isBreak, isPrintable } from './select-style.ts';

/** Text is folded at the first space after this column. */
const BEST_WIDTH = 80;
const SPACE = 0x20;

/** Writes an unquoted scalar, folded where it runs over. `column` is where it starts, `indent` where folded lines start. */
export function emitPlain(text: string, column: number, indent: number, mayFold: boolean): string {
  return mayFold && column + text.length > BEST_WIDTH ? foldSpaces(text, column, indent, false) : text;
}

/** Writes a single-quoted scalar. */
export function emitSingleQuoted(text: string, column: number, indent: number, mayFold: boolean): string {
  if (/[\u0085\u2028\u2029]/.test(text)) return `'${writeOddBreaks(text, indent)}'`;
  const doubled = text.includes("'");
  if (mayFold && column + 1 + text.length > BEST_WIDTH) {
    const folded = foldSpaces(text, column + 1, indent, true);
    return `'${folded}'`;
  }
  return `'${doubled ? text.replaceAll("'", "''") : text}'`;
}

/** Folds at single spaces; a quote counts (and is written) twice where `quoted`. */
function foldSpaces(text: string, column: number, indent: number, quoted: boolean): string {
  const margin = `\n${' '.repeat(indent)}`;
  const last = text.length - 1;
  let out = '';
  let from = 0;
  let wasSpace = false;
  let at = column;
  for (let i = 0; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (code === SPACE) {
      const inside = !quoted || (i > 0 && i < last);
      if (!wasSpace && at > BEST_WIDTH && inside && text.charCodeAt(i + 1) !== SPACE) {
        out += text.slice(from, i) + margin;
        from = i + 1;
        at = indent;
      } else {
        at++;
      }
      wasSpace = true;
    } else {
      if (quoted && code === 0x27) {
        out += `${text.slice(from, i)}'`;
        from = i;
        at++;
      }
      at++;
      wasSpace = false;
    }
  }
  return out + text.slice(from);
}

/** U+2028 and its like are line breaks to the writer, which then indents what follows. */
function writeOddBreaks(text: string, indent: number): string {
  let out = '';
  let afterBreak = false;
  for (const sign of text) {
    if (isBreak(sign.charCodeAt(0))) {
      out += sign;
      afterBreak = true;
      continue;
    }
    if (afterBreak) out += ' '.repeat(indent);
    afterBreak = false;
    out += sign === "'" ? "''" : sign;
  }
  return out;
}

/** Writes a double-quoted scalar. */
export function emitDoubleQuoted(text: string, column: number, indent: number, mayFold: boolean): string {
  // The original asks whether the text (not the character) starts with a byte order mark, so then everything is escaped.
  const escapeAll = text.charCodeAt(0) === 0xfeff;
  const last = text.length - 1;
  let out = '"';
  let from = 0;
  let at = column + 1;
  let wasSpace = false;
  for (let i = 0; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (escapeAll || code === 0x22 || code === 0x5c || isBreak(code) || !isPrintable(code)) {
      const point = code >= 0xd800 && code < 0xe000 ? codePointAt(text, i) : code;
      const escaped = escapeCode(point);
      out += text.slice(from, i) + escaped;
      if (point > 0xffff) i++;
      from = i + 1;
      at += escaped.length;
      wasSpace = false;
    } else if (code === SPACE) {
      if (mayFold && !wasSpace && at > BEST_WIDTH && i > 0 && i < last) {
        out += `${text.slice(from, i)}\n${' '.repeat(indent)}`;
        at = indent;
        if (text.charCodeAt(i + 1) === SPACE) {
          out += '\\';
          at++;
        }
        from = i + 1;
      } else {
        at++;
      }
      wasSpace = true;
    } else {
      at++;
      wasSpace = false;
    }
  }
  return `${out}${text.slice(from)}"`;
}

function codePointAt(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  return point > 0xffff ? point : 0xfffd;
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function escapeCode(code: number): string {
  const short = SHORT_ESCAPES.get(code);
  if (short !== undefined) return short;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Writes a literal block: the indicator, its hints, and the lines. */
export function emitLiteral(text: string, indent: number): string {
  const first = text.charCodeAt(0);
  const hint = first === SPACE || isBreak(first) ? '2' : '';
  const last = text.length - 1;
  let chomp = '';
  if (!isBreak(text.charCodeAt(last))) chomp = '-';
  else if (last === 0 || isBreak(text.charCodeAt(last - 1))) chomp = '+';
  const margin = ' '.repeat(indent);
  let out = `|${hint}${chomp}\n`;
  let from = 0;
  while (from <= last) {
    const end = text.indexOf('\n', from);
    const line = end < 0 ? text.slice(from) : text.slice(from, end);
    const shown = /[\u0085\u2028\u2029]/.test(line)
      ? line.replace(/([\u0085\u2028\u2029])(?=[^\u0085\u2028\u2029])/g, `$1${margin}`)
      : line;
    if (line === '') out += '\n';
    else out += end < 0 ? margin + shown : `${margin}${shown}\n`;
    from = end < 0 ? last + 1 : end + 1;
  }
  return out;
}
