/**
 * Maps each character to its one upper-case character, as Go does: what has none (`ß`) stays, where JavaScript would write
 * several letters.
 *
 * @example toUpper('straße') // 'STRAßE'
 */
export function toUpper(text: string): string {
  return mapCharacters(text, upperOf);
}

/**
 * Maps each character to its one lower-case character, whatever stands around it.
 *
 * @example toLower('ΑΣ') // 'ας' would be right in Greek; 'ασ' is what Go gives
 */
export function toLower(text: string): string {
  return mapCharacters(text, lowerOf);
}

/** As `toUpper`, of the first character only. */
export function toUpperFirst(text: string): string {
  return mapFirst(text, upperOf);
}

/** As `toLower`, of the first character only. */
export function toLowerFirst(text: string): string {
  return mapFirst(text, lowerOf);
}

function mapCharacters(text: string, map: (character: string) => string): string {
  let mapped = '';
  for (const character of text) mapped += map(character);
  return mapped;
}

function mapFirst(text: string, map: (character: string) => string): string {
  const [first] = text;
  return first === undefined ? text : map(first) + text.slice(first.length);
}

function upperOf(character: string): string {
  const upper = character.toUpperCase();
  if (isOneCharacter(upper)) return upper;
  // Greek letters with iota below: JavaScript writes the iota out, but one character with both exists.
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x1f80 && code <= 0x1faf && (code & 8) === 0) || code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) {
    return String.fromCodePoint(code + (code < 0x1fb0 ? 8 : 9));
  }
  return character;
}

function lowerOf(character: string): string {
  const lower = character.toLowerCase();
  // The dotted capital I is the only one whose lower case is two characters.
  return isOneCharacter(lower) ? lower : lower.slice(0, 1);
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}
