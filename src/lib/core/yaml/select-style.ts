import { looksTyped } from './resolve-scalar.ts';

/** How a string is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

const SAFE_WORD = /^[A-Za-z/][A-Za-z0-9_/.+=-]*$/;
const TYPED_WORD = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

/** Tells whether a string of short, harmless characters is written as it is; most strings of a manifest are. */
export function isSafeWord(text: string): boolean {
  return SAFE_WORD.test(text) && !(text.length < 6 && TYPED_WORD.test(text));
}

/**
 * Chooses the style of a string.
 *
 * Effects: none
 * Source: libyaml's analysis of scalars as go.yaml.in/yaml/v2 has it
 *
 * @param isKey true where the string is a simple key, which can't be a block
 */
export function selectStyle(text: string, isKey: boolean): ScalarStyle {
  if (text === '') return 'double';
  const found = analyseScalar(text);
  if (text.includes('\n')) return found.block && !isKey ? 'literal' : 'double';
  if (looksTyped(text)) return 'double';
  if (found.plain && !(isKey && found.breaks)) return 'plain';
  return found.single && !(isKey && found.breaks) ? 'single' : 'double';
}

/** What a text may be written as. */
export interface ScalarAnalysis {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
  readonly breaks: boolean;
}

/** Tells in which styles a text can be written, whatever type it would be read as. */
export function analyseScalar(text: string): ScalarAnalysis {
  let indicators = text.startsWith('---') || text.startsWith('...');
  let breaks = false;
  let special = false;
  let leadingBlank = false;
  let trailingBreak = false;
  let trailingSpace = false;
  let breakSpace = false;
  let spaceBreak = false;
  let precededByBlank = true;
  let previous: 'space' | 'break' | 'other' = 'other';
  const last = text.length - 1;
  for (let at = 0; at <= last; at++) {
    const code = text.charCodeAt(at);
    if (at === 0) {
      if (FIRST_INDICATORS.has(code)) indicators = true;
      else if ((code === QUESTION || code === COLON || code === DASH) && followedByBlank(text, at)) indicators = true;
    } else if (code === COLON) {
      if (followedByBlank(text, at)) indicators = true;
    } else if (code === HASH && precededByBlank) {
      indicators = true;
    }
    if ((code < 0x20 && code !== LINE_FEED) || code > 0x7e) special ||= !isPrintable(code);
    if (code === SPACE) {
      if (at === 0) leadingBlank = true;
      if (at === last) trailingSpace = true;
      if (previous === 'break') breakSpace = true;
      previous = 'space';
    } else if (isBreak(code)) {
      breaks = true;
      if (at === 0) leadingBlank = true;
      if (at === last) trailingBreak = true;
      if (previous === 'space') spaceBreak = true;
      previous = 'break';
    } else {
      previous = 'other';
    }
    precededByBlank = code === SPACE || code === TAB || code === 0 || isBreak(code);
  }
  return {
    plain: !(indicators || leadingBlank || trailingSpace || trailingBreak || breakSpace || spaceBreak || special || breaks),
    single: !(breakSpace || spaceBreak || special),
    block: !(trailingSpace || spaceBreak || special),
    breaks,
  };
}

const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const HASH = 0x23;
const DASH = 0x2d;
const COLON = 0x3a;
const QUESTION = 0x3f;
const FIRST_INDICATORS: ReadonlySet<number> = new Set([...'#,[]{}&*!|>\'"%@`'].map((sign) => sign.charCodeAt(0)));

function followedByBlank(text: string, at: number): boolean {
  if (at + 1 >= text.length) return true;
  const next = text.charCodeAt(at + 1);
  return next === SPACE || next === TAB;
}

/** Line breaks of YAML 1.1. */
export function isBreak(code: number): boolean {
  return code === LINE_FEED || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** What the writer lets through unescaped; characters beyond the basic plane (surrogates) are not among them. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20 || code === LINE_FEED;
  return (code >= 0xa0 && code < 0xd800) || (code >= 0xe000 && code < 0xfffe && code !== 0xfeff);
}
