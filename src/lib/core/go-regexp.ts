import { createContext, Script } from 'node:vm';

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Makes the error of an expression: what is wrong with it, what can be done, and the error that told it. */
export type GoRegExpFailure = (what: string, hint: string, cause?: unknown) => Error;

/** Tells whether a text fits. */
export interface TextMatcher {
  test(text: string): boolean;
}

/** A repeated group with a repetition or choice in it: the time for such a one may double with every character. */
const MAY_EXPLODE = /[*+|}].*\)(?:[*+]|\{\d*,)/;

/** RE2 needs time in proportion to the text, whatever the expression; here it is cut off. */
const TIME_LIMIT_MS = 500;

function limitTime(regexp: RegExp, pattern: string, fail: GoRegExpFailure): TextMatcher {
  const sandbox: { regexp: RegExp; text: string } = { regexp, text: '' };
  const context = createContext(sandbox);
  const script = new Script('regexp.test(text)');
  return {
    test(text) {
      sandbox.text = text;
      try {
        return script.runInContext(context, { timeout: TIME_LIMIT_MS }) as boolean;
      } catch (cause) {
        const what = `match regexp \`${pattern}\`: it takes more than ${TIME_LIMIT_MS} ms`;
        throw fail(what, 'write it without repetitions within repetitions', cause);
      }
    },
  };
}

/**
 * Compiles a regular expression in Go's syntax (RE2): inline flags and POSIX classes work, look-around and back-references are
 * errors.
 *
 * Effects: none
 * Source: https://github.com/google/re2/wiki/Syntax
 *
 * @param fail makes the error of whoever asks; it is thrown for what is not a regular expression in that syntax, and by
 * `test` for one that takes too long
 */
export function compileGoRegExp(pattern: string, fail: GoRegExpFailure): TextMatcher {
  // Most are names, and compiling one takes longer than all the rest that is done with it.
  if (/^[A-Za-z0-9_/-]*$/.test(pattern)) return { test: (text) => text.includes(pattern) };
  const invalid = (what: string): Error =>
    fail(`parse regexp \`${pattern}\`: ${what}`, 'the syntax is that of RE2: https://github.com/google/re2/wiki/Syntax');
  const { source, flags } = translate(pattern, invalid);
  try {
    const regexp = new RegExp(source, flags);
    return MAY_EXPLODE.test(source) ? limitTime(regexp, pattern, fail) : regexp;
  } catch (error) {
    throw invalid((error as Error).message.replace(/^Invalid regular expression: /, ''));
  }
}

type Invalid = (what: string) => Error;

function translate(pattern: string, invalid: Invalid): { source: string; flags: string } {
  let flags = 's';
  let source = '';
  let at = 0;
  if (!/\(\?[^:P]*s/.test(pattern)) flags = '';
  while (at < pattern.length) {
    const char = pattern[at] ?? '';
    if (char === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) throw invalid('trailing backslash at end of expression: ``');
      if (/[1-9]/.test(next)) throw invalid(`invalid escape sequence: \`\\${next}\``);
      if (next === 'Q') {
        const end = pattern.indexOf('\\E', at);
        const literal = end < 0 ? pattern.slice(at + 2) : pattern.slice(at + 2, end);
        source += literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
        at = end < 0 ? pattern.length : end + 2;
        continue;
      }
      if (/[a-zA-Z]/.test(next) && !'aAbBdDfnrsStvwWxzpPC'.includes(next))
        throw invalid(`invalid escape sequence: \`\\${next}\``);
      source += next === 'A' ? '^' : next === 'z' ? '$' : next === 'a' ? '\\x07' : `\\${next}`;
      at += 2;
      continue;
    }
    if (char === '[') {
      const end = classEnd(pattern, at, invalid);
      source += translateClass(pattern.slice(at, end));
      at = end;
      continue;
    }
    if (char === '(' && pattern[at + 1] === '?') {
      const group = /^\(\?(?:P?<([A-Za-z_]\w*)>|([imsU]*(?:-[imsU]+)?)([:)]))/.exec(pattern.slice(at));
      if (group === null) throw invalid(`invalid or unsupported Perl syntax: \`${pattern.slice(at, at + 3)}\``);
      const [whole, name, inline = '', close] = group;
      if (name !== undefined) source += `(?<${name}>`;
      else if (close === ':') source += inline === '' || inline === '-' ? '(?:' : `(?${inline.replace('U', '')}:`;
      // Flags for the rest of the expression: they become a group that ends with it.
      else {
        const rest = translate(pattern.slice(at + whole.length), invalid);
        return { source: `${source}(?${inline.replace('U', '')}:${rest.source})`, flags };
      }
      at += whole.length;
      continue;
    }
    source += char;
    at++;
  }
  return { source, flags: flags.replace('s', '') };
}

function classEnd(pattern: string, start: number, invalid: Invalid): number {
  let at = start + 1;
  if (pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '\\') at += 2;
    else if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(':]', at);
      at = end < 0 ? at + 1 : end + 2;
    } else at++;
  }
  if (at >= pattern.length) throw invalid(`missing closing ]: \`${pattern.slice(start)}\``);
  return at + 1;
}

function translateClass(text: string): string {
  return text
    .replace(/\[:(\^?)(\w+):\]/g, (whole, negated: string, name: string) =>
      negated === '' && Object.hasOwn(POSIX_CLASSES, name) ? (POSIX_CLASSES[name] ?? whole) : whole,
    )
    .replace(/^(\[\^?)\]/, '$1\\]')
    .replace(/(?<!^)(?<!\\)\[/g, '\\[');
}
