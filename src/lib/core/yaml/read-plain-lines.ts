import { SCALAR_STYLE } from 'js-yaml';
import { decodeScalar } from './decode-scalar.ts';
import { startOfNext } from './read-quoted.ts';
import type { SimpleText } from './scalar-rules.ts';

/**
 * Reads a scalar without quotes that may have several lines, outside brackets, from its first character to the start of the line
 * after it.
 *
 * @param least the fewest spaces that its further lines start with
 * @returns `undefined` where it has a tab or a colon in it
 */
export function readPlainLines(reader: SimpleText, least: number): string | undefined {
  const { text } = reader;
  const start = reader.at;
  let end = start;
  for (let at = start; at >= 0; at = startOfNext(text, at, least)) {
    let code = text.charCodeAt(at);
    for (; code !== 0x0a; code = text.charCodeAt(++at)) {
      if (code === 0x09 || (code === 0x3a && text.charCodeAt(at + 1) <= 0x20)) return undefined;
      if (code === 0x23 && text.charCodeAt(at - 1) === 0x20) break;
      if (code !== 0x20) end = at + 1;
    }
    reader.at = text.indexOf('\n', at) + 1;
    if (code === 0x23) break;
  }
  return decodeScalar(text, start, end, SCALAR_STYLE.PLAIN);
}
