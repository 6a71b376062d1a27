import { FluxError, isFluxError } from '../../core/errors.ts';
import { compileGoRegExp, type TextMatcher } from '../../core/go-regexp.ts';
import type { EncryptionRules } from './types.ts';

/** What the comments before a value on one level of a document say about it. */
export interface CommentLevel {
  /** So many of them fit the rule. */
  fitting: number;
  /** True where the last one does. */
  isLastFitting: boolean;
}

/** The rules of a file, ready to be asked. */
export interface EncryptionTest {
  /** Takes note of a comment. */
  addComment(level: CommentLevel, text: string): void;
  /**
   * Tells whether a value is one that SOPS encrypts.
   *
   * @param path the keys down to the value
   * @param levels the comments before it on each level, that of the value last; a comment is among those itself
   */
  isEncrypted(path: readonly string[], levels: readonly CommentLevel[], isComment: boolean): boolean;
}

/** What fits nothing; upstream takes an expression that it cannot read for one of these. */
const NOTHING: TextMatcher = { test: () => false };

/**
 * Makes the test from the rules of a file.
 *
 * Effects: none
 * Source: sops sops.go shouldBeEncrypted
 *
 * @throws {FluxError} sops/bad-regex, by the test: an expression takes too long
 */
export function createEncryptionTest(rules: EncryptionRules): EncryptionTest {
  const unencrypted = matcher(rules.unencryptedRegex);
  const encrypted = matcher(rules.encryptedRegex);
  // One rule at most is set.
  const comment = matcher(rules.encryptedCommentRegex) ?? matcher(rules.unencryptedCommentRegex);
  return {
    addComment(level, text) {
      level.isLastFitting = comment?.test(text) === true;
      if (level.isLastFitting) level.fitting++;
    },
    isEncrypted(path, levels, isComment) {
      if (rules.encryptedSuffix !== '') return path.some((key) => key.endsWith(rules.encryptedSuffix));
      if (encrypted !== undefined) return path.some((key) => encrypted.test(key));
      if (unencrypted !== undefined) return !path.some((key) => unencrypted.test(key));
      if (comment === undefined) {
        return rules.unencryptedSuffix === '' || !path.some((key) => key.endsWith(rules.unencryptedSuffix));
      }
      const fitting = levels.reduce((sum, level) => sum + level.fitting, 0);
      if (rules.encryptedCommentRegex === '') return fitting === 0;
      // The comment that says "encrypt this" is not encrypted itself.
      return fitting > (isComment && levels.at(-1)?.isLastFitting === true ? 1 : 0);
    },
  };
}

function matcher(pattern: string): TextMatcher | undefined {
  if (pattern === '') return undefined;
  try {
    return compileGoRegExp(pattern, (what, hint, cause) => new FluxError('sops/bad-regex', what, { hint, cause }));
  } catch (error) {
    if (isFluxError(error)) return NOTHING;
    throw error;
  }
}
