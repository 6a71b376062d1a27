import type { Glob } from './glob.ts';

/** What a component of a pattern matches: nothing in particular (empty), any number of directories, or one name. */
export type Component =
  | { readonly kind: 'empty' }
  | { readonly kind: 'any-directories' }
  | { readonly kind: 'never' }
  | { readonly kind: 'name'; readonly glob: Glob };

/** One pattern, ready to be matched. */
export interface Pattern {
  /** As written. */
  readonly text: string;
  /** Directory that it is about, as path components; empty for the root. */
  readonly domain: readonly string[];
  /** True for a pattern with `!` that takes paths back in. */
  readonly includes: boolean;
  /** True for a pattern with `/` at the end. */
  readonly directoriesOnly: boolean;
  /** True where a `/` within ties the pattern to its domain. */
  readonly anchored: boolean;
  readonly components: readonly Component[];
}

/** Tells whether a path is excluded. Paths are relative and separated by `/`. */
export type Matcher = (path: string, isDirectory: boolean) => boolean;
