/** One step of a glob. */
type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

/** A glob, ready to be matched. */
export type Glob = readonly Token[];

/**
 * Reads a glob of Go's `filepath.Match`: `*`, `?`, `[a-z]`, `[^a-z]` and `\` before a character.
 *
 * Effects: none
 * Source: Go path/filepath match.go
 *
 * @returns `undefined` for a malformed one, which matches nothing
 */
export function parseGlob(text: string): Glob | undefined {
  const chars = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; ) {
    const char = chars[at] ?? '';
    at += 1;
    if (char === '*') {
      // Stars next to each other are one, so that matching stays quick.
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (char === '?') tokens.push({ kind: 'any' });
    else if (char === '[') {
      const parsed = parseClass(chars, at);
      if (parsed === undefined) return undefined;
      tokens.push(parsed.token);
      at = parsed.next;
    } else if (char === '\\') {
      const next = chars[at];
      if (next === undefined) return undefined;
      tokens.push({ kind: 'char', char: next });
      at += 1;
    } else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

/**
 * Tells whether a name, which has no `/`, matches a glob as a whole. Takes time in proportion to the product of both
 * lengths at most: only the last star is ever tried again.
 *
 * Effects: none
 */
export function matchesGlob(glob: Glob, name: string): boolean {
  const chars = Array.from(name);
  let at = 0;
  let index = 0;
  let star = -1;
  let mark = 0;
  while (index < chars.length) {
    const token = glob[at];
    if (token?.kind === 'star') {
      star = at;
      mark = index;
      at += 1;
    } else if (token !== undefined && matchesToken(token, chars[index] ?? '')) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      index = mark;
    } else return false;
  }
  while (glob[at]?.kind === 'star') at += 1;
  return at === glob.length;
}

function matchesToken(token: Token, char: string): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === char;
    case 'any':
      return true;
    case 'class': {
      const point = char.codePointAt(0) ?? 0;
      return token.ranges.some(([low, high]) => low <= point && point <= high) !== token.negated;
    }
    case 'star':
      return false;
    default: {
      const never: never = token;
      return never;
    }
  }
}

function parseClass(chars: readonly string[], start: number): { token: Token; next: number } | undefined {
  let at = start;
  const negated = chars[at] === '^';
  if (negated) at += 1;
  const ranges: [number, number][] = [];
  const point = (): number | undefined => {
    if (chars[at] === '-' || chars[at] === ']') return undefined;
    if (chars[at] === '\\') at += 1;
    const value = chars[at]?.codePointAt(0);
    at += 1;
    return value;
  };
  for (;;) {
    if (chars[at] === ']' && ranges.length > 0) return { token: { kind: 'class', negated, ranges }, next: at + 1 };
    const low = point();
    if (low === undefined) return undefined;
    let high: number | undefined = low;
    if (chars[at] === '-') {
      at += 1;
      high = point();
    }
    if (high === undefined || at >= chars.length) return undefined;
    ranges.push([low, high]);
  }
}
