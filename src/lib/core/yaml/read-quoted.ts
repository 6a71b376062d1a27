import { SCALAR_STYLE } from 'js-yaml';
import { decodeScalar } from './decode-scalar.ts';
import type { SimpleText } from './scalar-rules.ts';

/**
 * Reads a string in quotes, from its first quote to behind its last.
 *
 * @param least the fewest spaces that its further lines start with
 * @returns `undefined` where it does not end, or has an escape that Go refuses
 */
export function readQuoted(reader: SimpleText, least: number): string | undefined {
  const { text } = reader;
  const start = reader.at + 1;
  const quote = text.charCodeAt(start - 1);
  let isVerbatim = true;
  let at = start;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (quote === 0x22 || text.charCodeAt(at + 1) !== 0x27) break;
      isVerbatim = false;
      at++;
    } else if (code === 0x0a) {
      isVerbatim = false;
      at = startOfNext(text, at, least) - 1;
      if (at < 0) return undefined;
    } else if (code === 0x5c && quote === 0x22) {
      isVerbatim = false;
      at = endOfEscape(text, at, least);
      if (at < 0) return undefined;
    }
  }
  reader.at = at + 1;
  if (isVerbatim) return text.slice(start, at);
  return decodeScalar(text, start, at, quote === 0x22 ? SCALAR_STYLE.DOUBLE_QUOTED : SCALAR_STYLE.SINGLE_QUOTED);
}

/**
 * Tells where the text of the next line starts that is not blank.
 *
 * @param at the offset of a line break
 * @param least the fewest spaces that it starts with
 * @returns -1 where there is no such line
 */
export function startOfNext(text: string, at: number, least: number): number {
  let lineStart: number;
  let next = at;
  do {
    lineStart = ++next;
    while (text.charCodeAt(next) === 0x20) next++;
  } while (text.charCodeAt(next) === 0x0a);
  return next < text.length && next - lineStart >= Math.max(1, least) && text.charCodeAt(next) !== 0x09 ? next : -1;
}

/** The offset of the last character of an escape; -1 where it is none. */
function endOfEscape(text: string, at: number, least: number): number {
  const code = text.charCodeAt(at + 1);
  if (code === 0x0a) return startOfNext(text, at + 1, least) - 1;
  if (SHORT_ESCAPES.includes(text.charAt(at + 1))) return at + 1;
  const digits = code === 0x78 ? 2 : code === 0x75 ? 4 : code === 0x55 ? 8 : 0;
  if (digits === 0) return -1;
  // Half of a surrogate pair, which Go refuses.
  if (digits === 4 && 'dD'.includes(text.charAt(at + 2)) && '89abcdefABCDEF'.includes(text.charAt(at + 3))) return -1;
  for (let digit = 1; digit <= digits; digit++) if (!HEX.includes(text.charAt(at + 1 + digit))) return -1;
  return at + 1 + digits;
}

const SHORT_ESCAPES = '0abt\tnvfre "\\N_LP';
const HEX = '0123456789abcdefABCDEF';
