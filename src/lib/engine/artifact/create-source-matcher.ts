import { createMatcher, defaultPatterns, IGNORE_FILE, type Pattern, parsePatterns, vcsPatterns } from '../sourceignore/index.ts';
import { cleanEntryPath } from './clean-entry-path.ts';
import type { ArchiveEntry, Excludes } from './types.ts';

/** Options of choosing what goes into an artifact. */
export interface SelectOptions {
  /** `spec.ignore`: patterns about the root, stronger than all files. */
  readonly ignore?: string;
}

/**
 * Collects the patterns of a source: those of every `.sourceignore`, each about its own directory, the root's first and
 * then depth first by name; `spec.ignore` last.
 *
 * Effects: none
 * Source: fluxcd/pkg sourceignore/sourceignore.go LoadIgnorePatterns; source-controller reconcileArtifact
 */
export function collectPatterns(entries: Iterable<ArchiveEntry>, options: SelectOptions = {}): Pattern[] {
  const found: { directory: readonly string[]; text: string }[] = [];
  for (const entry of entries) {
    const parts = cleanEntryPath(entry.path).split('/');
    if (parts.pop() !== IGNORE_FILE || entry.type !== 'file' || parts.includes('.git')) continue;
    found.push({ directory: parts, text: new TextDecoder().decode(entry.bytes) });
  }
  found.sort((left, right) => compareDirectories(left.directory, right.directory));
  const patterns = found.flatMap(({ directory, text }) => parsePatterns(text, directory.join('/')));
  return options.ignore === undefined ? patterns : [...patterns, ...parsePatterns(options.ignore)];
}

/**
 * Makes the function that tells which files of a source stay out of its artifact.
 *
 * Version control files always do. The default exclusions hold only where the user has no pattern at all: any
 * `.sourceignore` or `spec.ignore` with a pattern drops them.
 *
 * Effects: none
 * Source: fluxcd/pkg artifact/storage/archive.go SourceIgnoreFilter
 */
export function createSourceMatcher(entries: Iterable<ArchiveEntry>, options: SelectOptions = {}): Excludes {
  const patterns = collectPatterns(entries, options);
  return createMatcher([...vcsPatterns(), ...(patterns.length === 0 ? defaultPatterns() : patterns)]);
}

/**
 * The files that go into the artifact of a source, for callers that need no archive.
 *
 * Effects: none
 */
export function selectEntries<T extends ArchiveEntry>(entries: readonly T[], options: SelectOptions = {}): T[] {
  const excludes = createSourceMatcher(entries, options);
  return entries.filter((entry) => entry.type === 'file' && !excludes(cleanEntryPath(entry.path), false));
}

function compareDirectories(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  const one = at < 0 ? undefined : left[at];
  const other = at < 0 ? undefined : right[at];
  if (one === undefined || other === undefined) return left.length - right.length;
  return one < other ? -1 : 1;
}
