import { FluxError } from '../../../core/errors.ts';
import { parseVersion, type Version } from './version.ts';

/** How a version is compared; the other spellings (`=>`, `~>`, none) are mapped to these. */
export type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~' | '^';

/** One comparison. */
export interface Comparator {
  readonly operator: Operator;
  readonly version: Version;
  /** Which part was a wildcard or missing: everything after it is too. */
  readonly wildcard: 'none' | 'major' | 'minor' | 'patch';
}

/** Groups of which one must hold; in a group, all must. */
export interface Constraint {
  readonly groups: readonly { readonly comparators: readonly Comparator[]; readonly admitsPre: boolean }[];
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '': '=',
  '=': '=',
  '!=': '!=',
  '>': '>',
  '<': '<',
  '>=': '>=',
  '=>': '>=',
  '<=': '<=',
  '=<': '<=',
  '~': '~',
  '~>': '~',
  '^': '^',
};

const OPERATOR = '(?:=>|=<|!=|>=|<=|~>|=|>|<|~|\\^|)';
const LABEL = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
// The "|" among the digits is upstream's own; such a text then fails as a number.
const PART = '[0-9|xX*]+';
const VERSION = `v?(?:${PART})(?:\\.(?:${PART}))?(?:\\.(?:${PART}))?(?:-${LABEL})?(?:\\+${LABEL})?`;
const MAX_LENGTH = 512;
const MAX_GROUPS = 32;

/**
 * Reads a version constraint: comparators joined by spaces or commas (and), groups joined by `||` (or), ranges `1.2 - 1.4`.
 *
 * Effects: none
 * Source: github.com/Masterminds/semver v3.5.0 constraints.go; the messages are upstream's.
 *
 * @throws {FluxError} git/invalid-semver: not a constraint; the empty text is none
 */
export function parseConstraint(text: string): Constraint {
  if (text.length > MAX_LENGTH) throw invalid(`constraint string is too long (max ${MAX_LENGTH} bytes)`);
  const groups = rewriteRanges(text).split('||');
  if (groups.length > MAX_GROUPS) throw invalid(`too many constraint groups (max ${MAX_GROUPS})`);
  return { groups: groups.map(parseGroup) };
}

function parseGroup(text: string): Constraint['groups'][number] {
  // With at most one space anywhere there is one way to read the text, so that a hostile one cannot keep the matcher busy.
  const tidy = text.replace(/[\t\n\f\r ]+/g, ' ').replaceAll(', ', ',');
  const one = `${OPERATOR} ?${VERSION}`;
  if (!new RegExp(`^ ?${one}(?:(?: ?,| )${one})* ?$`).test(tidy)) {
    throw invalid(`improper constraint: ${JSON.stringify(text)}`);
  }
  const found = tidy.match(new RegExp(one, 'g')) ?? [];
  const comparators = found.map(parseComparator);
  return { comparators, admitsPre: comparators.some((comparator) => comparator.version.pre !== '') };
}

function parseComparator(text: string): Comparator {
  const match = new RegExp(`^(${OPERATOR})\\s*v?(${PART})(?:\\.(${PART}))?(?:\\.(${PART}))?(-${LABEL})?(\\+${LABEL})?$`).exec(
    text,
  );
  const operator = OPERATORS[match?.[1] ?? 'none'];
  if (match === null || operator === undefined) throw invalid(`improper constraint: ${JSON.stringify(text)}`);
  const [, , major = '', minor, patch, pre = '', metadata = ''] = match;
  let wildcard: Comparator['wildcard'] = 'none';
  let plain = `${major}.${minor ?? ''}.${patch ?? ''}${pre}${metadata}`;
  if (isWildcard(major)) {
    wildcard = 'major';
    plain = `0.0.0${pre}`;
  } else if (isWildcard(minor)) {
    wildcard = 'minor';
    plain = `${major}.0.0${pre}`;
  } else if (isWildcard(patch)) {
    wildcard = 'patch';
    plain = `${major}.${minor}.0${pre}`;
  }
  const version = parseVersion(plain);
  if (version === undefined) throw invalid('constraint parser error');
  return { operator, version, wildcard };
}

function isWildcard(part: string | undefined): boolean {
  return part === undefined || part === 'x' || part === 'X' || part === '*';
}

function rewriteRanges(text: string): string {
  return text.replace(new RegExp(`\\s*(${VERSION})\\s+-\\s+(${VERSION})\\s*`, 'g'), '>= $1, <= $2 ');
}

function invalid(message: string): FluxError {
  return new FluxError('git/invalid-semver', `semver parse error: ${message}`, {
    hint: 'Write a constraint such as >=1.0.0 <2.0.0, 1.x or ~1.4',
    terminal: true,
  });
}
