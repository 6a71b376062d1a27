const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = ['true', 'false', 'null'];
const ESCAPES = '"\\/bfnrt';

/**
 * Says what is wrong with a text that should be JSON, in the words of Go's encoding/json; undefined where nothing is.
 *
 * Effects: none
 * Source: Go's encoding/json
 */
export function findJsonProblem(text: string): string | undefined {
  try {
    const end = skipSpace(text, readValue(text, skipSpace(text, 0)));
    return end < text.length ? invalid(text, end, 'after top-level value') : undefined;
  } catch (error) {
    if (error instanceof JsonProblem) return error.message;
    throw error;
  }
}

class JsonProblem extends Error {}

function invalid(text: string, at: number, where: string): string {
  const char = text.codePointAt(at);
  if (char === undefined) return 'unexpected end of JSON input';
  const shown = char === 0x27 ? `'\\''` : `'${JSON.stringify(String.fromCodePoint(char)).slice(1, -1).replace('\\"', '"')}'`;
  return `invalid character ${shown} ${where}`;
}

function fail(text: string, at: number, where: string): never {
  throw new JsonProblem(invalid(text, at, where));
}

/** Reads a value and returns where it ends. */
function readValue(text: string, at: number): number {
  const char = text[at] ?? '';
  if (char === '{') return readMembers(text, at + 1, '}', 'object key:value pair', readMember);
  if (char === '[') return readMembers(text, at + 1, ']', 'array element', readValue);
  if (char === '"') return readString(text, at);
  const literal = LITERALS.find((word) => word[0] === char);
  if (literal !== undefined) return readLiteral(text, at, literal);
  if (char === '-' || /\d/.test(char)) return readNumber(text, at);
  return fail(text, at, 'looking for beginning of value');
}

function readMembers(
  text: string,
  start: number,
  close: string,
  what: string,
  read: (text: string, at: number) => number,
): number {
  let at = skipSpace(text, start);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skipSpace(text, read(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') fail(text, at, `after ${what}`);
    at = skipSpace(text, at + 1);
  }
}

function readMember(text: string, at: number): number {
  if (text[at] !== '"') fail(text, at, 'looking for beginning of object key string');
  const colon = skipSpace(text, readString(text, at));
  if (text[colon] !== ':') fail(text, colon, 'after object key');
  return readValue(text, skipSpace(text, colon + 1));
}

function readString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '"') return at + 1;
    if (char < ' ') fail(text, at, 'in string literal');
    if (char !== '\\') continue;
    at++;
    const escape = text[at] ?? '';
    if (escape === 'u') {
      for (let digit = 0; digit < 4; digit++) {
        at++;
        if (!/[\da-fA-F]/.test(text[at] ?? '')) fail(text, at, 'in \\u hexadecimal character escape');
      }
    } else if (escape === '' || !ESCAPES.includes(escape)) fail(text, at, 'in string escape code');
  }
  return fail(text, text.length, '');
}

function readLiteral(text: string, start: number, literal: string): number {
  for (let index = 1; index < literal.length; index++) {
    const wanted = literal[index] ?? '';
    if (text[start + index] !== wanted) fail(text, start + index, `in literal ${literal} (expecting '${wanted}')`);
  }
  return start + literal.length;
}

function readNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  const found = NUMBER.exec(text)?.[0];
  if (found === undefined) return fail(text, start + 1, 'in numeric literal');
  const end = start + found.length;
  if (text[end] === '.') fail(text, end + 1, 'after decimal point in numeric literal');
  if (/[eE]/.test(text[end] ?? ''))
    fail(text, /[+-]/.test(text[end + 1] ?? '') ? end + 2 : end + 1, 'in exponent of numeric literal');
  return end;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (' \t\r\n'.includes(text[at] ?? '-')) at++;
  return at;
}
