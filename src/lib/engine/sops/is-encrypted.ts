import { FluxError, isFluxError } from '../../core/errors.ts';
import { compileGoRegExp, type TextMatcher } from '../../core/go-regexp.ts';
import type { EncryptionRules } from './types.ts';

/** Tells whether a value is one that SOPS encrypts. */
export type EncryptionTest = (path: readonly string[], comments: readonly (readonly string[])[], isComment: boolean) => boolean;

/** What fits nothing; upstream takes an expression that it cannot read for one of these. */
const NOTHING: TextMatcher = { test: () => false };

/**
 * Makes the test from the rules of a file.
 *
 * `path` has the keys down to a value, `comments` those comments that stand before it on each level, the last level being that
 * of the value; a comment is in that list itself.
 *
 * Effects: none
 * Source: sops sops.go shouldBeEncrypted
 *
 * @throws {FluxError} sops/bad-regex, by the test: an expression takes too long
 */
export function createEncryptionTest(rules: EncryptionRules): EncryptionTest {
  const unencrypted = matcher(rules.unencryptedRegex);
  const encrypted = matcher(rules.encryptedRegex);
  const unencryptedComment = matcher(rules.unencryptedCommentRegex);
  const encryptedComment = matcher(rules.encryptedCommentRegex);
  return (path, comments, isComment) => {
    let result = true;
    if (rules.unencryptedSuffix !== '') result = !path.some((key) => key.endsWith(rules.unencryptedSuffix));
    if (rules.encryptedSuffix !== '') result = path.some((key) => key.endsWith(rules.encryptedSuffix));
    if (unencrypted !== undefined && path.some((key) => unencrypted.test(key))) result = false;
    if (encrypted !== undefined) result = path.some((key) => encrypted.test(key));
    if (unencryptedComment !== undefined && comments.some((level) => level.some((text) => unencryptedComment.test(text)))) {
      result = false;
    }
    if (encryptedComment !== undefined) {
      const lastLevel = comments.length - 1;
      const last = (comments[lastLevel]?.length ?? 0) - 1;
      // The comment that says "encrypt this" is not encrypted itself.
      const isItself = (level: number, at: number): boolean => isComment && level === lastLevel && at === last;
      result = comments.some((level, depth) => level.some((text, at) => !isItself(depth, at) && encryptedComment.test(text)));
    }
    return result;
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
