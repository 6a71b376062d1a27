import { DEFAULT_PATTERNS, VCS_PATTERNS } from './constants.ts';
import { parseGlob } from './glob.ts';
import type { Component, Pattern } from './types.ts';

/**
 * Reads a file of ignore patterns: one a line; empty lines and those that start with `#` are passed over.
 *
 * Effects: none
 * Source: fluxcd/pkg sourceignore/sourceignore.go ReadPatterns
 *
 * @param domain directory that the patterns are about, relative and separated by `/`; empty for the root
 */
export function parsePatterns(text: string, domain = ''): Pattern[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parsePattern(line, domain));
}

/**
 * Reads one pattern. Nothing is unescaped but within a glob, so `\!x` matches the name `!x`.
 *
 * Effects: none
 * Source: go-git plumbing/format/gitignore pattern.go, as in fluxcd/pkg sourceignore/gitignore
 */
export function parsePattern(line: string, domain = ''): Pattern {
  const includes = line.startsWith('!');
  let text = includes ? line.slice(1) : line;
  if (!text.endsWith('\\ ')) text = text.replace(/ +$/, '');
  const directoriesOnly = text.endsWith('/');
  if (directoriesOnly) text = text.slice(0, -1);
  const anchored = text.includes('/');
  return {
    text: line,
    domain: domain.split('/').filter((part) => part !== '' && part !== '.'),
    includes,
    directoriesOnly,
    anchored,
    components: text.split('/').map((part) => parseComponent(part, anchored)),
  };
}

/**
 * The patterns for version control files.
 *
 * Effects: none
 */
export function vcsPatterns(): Pattern[] {
  return VCS_PATTERNS.map((line) => parsePattern(line));
}

/**
 * The patterns that hold where the user has none.
 *
 * Effects: none
 */
export function defaultPatterns(): Pattern[] {
  return DEFAULT_PATTERNS.map((line) => parsePattern(line));
}

function parseComponent(part: string, anchored: boolean): Component {
  if (anchored && part === '') return { kind: 'empty' };
  if (anchored && part === '**') return { kind: 'any-directories' };
  // Upstream's quirk: next to other text a double star never matches, but alone in a pattern it is a plain glob.
  if (anchored && part.includes('**')) return { kind: 'never' };
  const glob = parseGlob(part);
  return glob === undefined ? { kind: 'never' } : { kind: 'name', glob };
}
