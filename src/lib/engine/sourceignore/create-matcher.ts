import { matchesGlob } from './glob.ts';
import type { Component, Matcher, Pattern } from './types.ts';

/**
 * Makes a function that tells whether a path is excluded. The last pattern that matches decides.
 *
 * Every path is judged by itself: a file taken back in below an excluded directory is in, which git would refuse.
 *
 * Effects: none
 * Source: go-git plumbing/format/gitignore matcher.go, pattern.go
 *
 * @param patterns in rising priority
 * @example createMatcher(parsePatterns('*.md\n!keep.md'))('keep.md', false) // false
 */
export function createMatcher(patterns: readonly Pattern[]): Matcher {
  const byPriority = patterns.toReversed();
  return (path, isDirectory) => {
    const names = path.split('/');
    const decisive = byPriority.find((pattern) => matches(pattern, names, isDirectory));
    return decisive !== undefined && !decisive.includes;
  };
}

function matches(pattern: Pattern, path: readonly string[], isDirectory: boolean): boolean {
  const { domain } = pattern;
  if (path.length <= domain.length) return false;
  for (let index = 0; index < domain.length; index += 1) if (path[index] !== domain[index]) return false;
  const names = domain.length === 0 ? path : path.slice(domain.length);
  return pattern.anchored ? matchesAnchored(pattern, names, isDirectory) : matchesAnywhere(pattern, names, isDirectory);
}

/** A pattern without `/` matches any component of the path, so what is below an excluded directory is excluded too. */
function matchesAnywhere(pattern: Pattern, names: readonly string[], isDirectory: boolean): boolean {
  const [component] = pattern.components;
  const index = names.findIndex((name) => component !== undefined && matchesName(component, name));
  if (index < 0) return false;
  return !(pattern.directoriesOnly && !isDirectory && index === names.length - 1);
}

/**
 * A pattern with `/` is matched component by component, each consuming one name. After `**` names are consumed until
 * one matches; there is no way back from there, as upstream.
 */
function matchesAnchored(pattern: Pattern, names: readonly string[], isDirectory: boolean): boolean {
  let at = 0;
  let matched = false;
  let maySkip = false;
  for (const [index, component] of pattern.components.entries()) {
    if (component.kind === 'empty') {
      maySkip = false;
      continue;
    }
    if (component.kind === 'any-directories') {
      // At the end it adds nothing, so "a/**" matches "a" itself and "/**" matches nothing.
      if (index === pattern.components.length - 1) break;
      maySkip = true;
      continue;
    }
    if (component.kind === 'never' || at >= names.length) return false;
    if (!maySkip) {
      if (!matchesName(component, names[at] ?? '')) return false;
      matched = true;
      at += 1;
      continue;
    }
    maySkip = false;
    const found = names.findIndex((name, position) => position >= at && matchesName(component, name));
    // Without a hit the names are used up: a further component then fails, and none leaves this verdict.
    matched = found >= 0;
    at = found >= 0 ? found + 1 : names.length;
  }
  return matched && !(pattern.directoriesOnly && !isDirectory && at >= names.length);
}

function matchesName(component: Component, name: string): boolean {
  return component.kind === 'name' && matchesGlob(component.glob, name);
}
