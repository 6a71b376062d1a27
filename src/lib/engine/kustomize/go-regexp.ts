import { FluxError } from '../../core/errors.ts';
import { compileGoRegExp as compile, type TextMatcher } from '../../core/go-regexp.ts';

export type { TextMatcher } from '../../core/go-regexp.ts';

/**
 * Compiles a regular expression in Go's syntax (RE2).
 *
 * Effects: none
 *
 * @throws {FluxError} kustomize/invalid-selector: not a regular expression in that syntax
 */
export function compileGoRegExp(pattern: string): TextMatcher {
  return compile(pattern, (what, hint, cause) => new FluxError('kustomize/invalid-selector', what, { hint, cause }));
}
