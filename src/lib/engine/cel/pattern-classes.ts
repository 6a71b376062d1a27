/** One range, as JavaScript's classes have it. */
export function rangeSource(low: string, high: string): string {
  const escape = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  return low === high ? escape(low) : `${escape(low)}-${escape(high)}`;
}

/** A whole class; an empty one takes nothing, an empty negated one all. */
export function classSource(source: string): string {
  return `[${source}]`;
}

const DIGIT = '0-9';
const SPACE = '\\t\\n\\f\\r ';
const WORD = '0-9A-Za-z_';
const NO_DIGIT = '\\u{0}-\\u{2f}\\u{3a}-\\u{10ffff}';
const NO_SPACE = '\\u{0}-\\u{8}\\u{b}\\u{e}-\\u{1f}\\u{21}-\\u{10ffff}';
const NO_WORD = '\\u{0}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{5e}\\u{60}\\u{7b}-\\u{10ffff}';

/** `\d` and the like; they know ASCII only. */
export const PERL_CLASSES: Readonly<Record<string, string>> = {
  d: DIGIT,
  D: NO_DIGIT,
  s: SPACE,
  S: NO_SPACE,
  w: WORD,
  W: NO_WORD,
};

/** `[[:alpha:]]` and the like. */
export const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  '^alnum': '\\u{0}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{10ffff}',
  alpha: 'A-Za-z',
  '^alpha': '\\u{0}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{10ffff}',
  ascii: '\\u{0}-\\u{7f}',
  '^ascii': '\\u{80}-\\u{10ffff}',
  blank: '\\t ',
  '^blank': '\\u{0}-\\u{8}\\u{a}-\\u{1f}\\u{21}-\\u{10ffff}',
  cntrl: '\\u{0}-\\u{1f}\\u{7f}',
  '^cntrl': '\\u{20}-\\u{7e}\\u{80}-\\u{10ffff}',
  digit: DIGIT,
  '^digit': NO_DIGIT,
  graph: '!-~',
  '^graph': '\\u{0}-\\u{20}\\u{7f}-\\u{10ffff}',
  lower: 'a-z',
  '^lower': '\\u{0}-\\u{60}\\u{7b}-\\u{10ffff}',
  print: ' -~',
  '^print': '\\u{0}-\\u{1f}\\u{7f}-\\u{10ffff}',
  punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  '^punct': '\\u{0}-\\u{20}\\u{30}-\\u{39}\\u{41}-\\u{5a}\\u{61}-\\u{7a}\\u{7f}-\\u{10ffff}',
  space: '\\t\\n\\v\\f\\r ',
  '^space': '\\u{0}-\\u{8}\\u{e}-\\u{1f}\\u{21}-\\u{10ffff}',
  upper: 'A-Z',
  '^upper': '\\u{0}-\\u{40}\\u{5b}-\\u{10ffff}',
  word: WORD,
  '^word': NO_WORD,
  xdigit: '0-9A-Fa-f',
  '^xdigit': '\\u{0}-\\u{2f}\\u{3a}-\\u{40}\\u{47}-\\u{60}\\u{67}-\\u{10ffff}',
};

/**
 * A category or a script of Unicode; `undefined` where there is none of that name.
 *
 * Effects: none
 */
export function propertySource(name: string, isNegated: boolean): string | undefined {
  if (name === 'Any') return isNegated ? '' : '\\u{0}-\\u{10ffff}';
  const letter = isNegated ? 'P' : 'p';
  const forms = [`\\${letter}{General_Category=${name}}`, `\\${letter}{Script=${name}}`];
  return forms.find((form) => {
    try {
      return new RegExp(form, 'u') instanceof RegExp;
    } catch {
      return false;
    }
  });
}
