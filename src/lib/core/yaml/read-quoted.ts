import type { SimpleText } from './scalar-rules.ts';

/**
 * Reads a string in quotes that ends on its line, from its first quote to behind its last.
 *
 * @returns `undefined` where it does not, or has an escape that JSON has not or Go refuses
 */
export function readQuoted(reader: SimpleText): string | undefined {
  const { text } = reader;
  const start = reader.at;
  const quote = text.charCodeAt(start);
  let at = start + 1;
  let code = text.charCodeAt(at);
  if (quote === 0x27) {
    let isDoubled = false;
    for (; ; code = text.charCodeAt(++at)) {
      if (code === 0x0a) return undefined;
      if (code !== 0x27) continue;
      if (text.charCodeAt(at + 1) !== 0x27) break;
      isDoubled = true;
      at++;
    }
    reader.at = at + 1;
    const between = text.slice(start + 1, at);
    return isDoubled ? between.replaceAll("''", "'") : between;
  }
  let isEscaped = false;
  for (; code !== 0x22; code = text.charCodeAt(++at)) {
    if (code === 0x0a) return undefined;
    if (code !== 0x5c) continue;
    isEscaped = true;
    code = text.charCodeAt(++at);
    if (code === 0x2f || code === 0x0a) return undefined;
  }
  reader.at = at + 1;
  return isEscaped ? unescape(text.slice(start, at + 1)) : text.slice(start + 1, at);
}

function unescape(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
