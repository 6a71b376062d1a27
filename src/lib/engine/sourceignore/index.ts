export { DEFAULT_PATTERNS, EXTENSION_PATTERNS, IGNORE_FILE, VCS_PATTERNS } from './constants.ts';
export { createMatcher } from './create-matcher.ts';
export { defaultPatterns, parsePattern, parsePatterns, vcsPatterns } from './parse-patterns.ts';
export type { Matcher, Pattern } from './types.ts';
