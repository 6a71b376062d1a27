import type { FluxError } from '../../core/errors.ts';
import { CONDITION, REASON } from '../../core/flux.ts';
import type { SourceShape } from './source-shape.ts';

/** What of a run over a source went on when it failed. */
export type SourceStage = 'proxy' | 'login' | 'include' | 'checkout' | 'sparse' | 'verify' | 'copy' | 'archive';

/** What the status says of a failure. */
export interface SourceVerdict {
  /** `stalling`: until somebody changes something; `waiting`: for another object; `generic`: tried again. */
  readonly kind: 'generic' | 'stalling' | 'waiting';
  /** The condition that tells; absent where upstream sets none. */
  readonly condition?: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * Judges a failure as source-controller does: which condition tells of it, in which words, and whether trying again can help.
 *
 * Effects: none
 * Source: source-controller internal/controller/gitrepository_controller.go; fluxcd/pkg git/gogit/clone.go
 * Differs: paths of temporary folders are left out of messages, and so is a login that a URL has
 *
 * @param hasArtifact whether the last revision was compared with the remote's
 */
export function judgeSourceFailure(
  error: FluxError,
  stage: SourceStage,
  shape: SourceShape,
  hasArtifact: boolean,
): SourceVerdict {
  const { message } = error;
  const reason = typeof error.details?.['reason'] === 'string' ? error.details['reason'] : undefined;
  const fetchFailed = (why: string, text: string): SourceVerdict => ({
    kind: error.terminal && reason !== undefined ? 'stalling' : 'generic',
    condition: CONDITION.fetchFailed,
    reason: why,
    message: text,
  });
  switch (stage) {
    case 'proxy':
      return fetchFailed(REASON.authenticationFailed, `failed to configure proxy options: ${message}`);
    case 'login':
      if (error.code === 'git/invalid-url') return { ...fetchFailed(REASON.invalidUrl, message), kind: 'stalling' };
      if (reason !== undefined) return fetchFailed(reason, message);
      return fetchFailed(REASON.authenticationFailed, `failed to configure authentication options: ${message}`);
    case 'include':
      return { kind: 'waiting', condition: CONDITION.includeUnavailable, reason: reason ?? REASON.notFound, message };
    case 'checkout':
      if (error.code === 'git/empty-repository' && shape.refKind === 'branch')
        return fetchFailed(REASON.emptyGitRepository, message);
      return fetchFailed(
        REASON.gitOperationFailed,
        `failed to checkout and determine revision: ${explainCheckout(error, shape, hasArtifact)}`,
      );
    case 'sparse':
      return fetchFailed(REASON.gitOperationFailed, message);
    case 'verify':
      return {
        kind: error.terminal ? 'stalling' : 'generic',
        condition: CONDITION.sourceVerified,
        reason: reason ?? 'VerificationError',
        message,
      };
    case 'copy':
    case 'archive':
      return {
        kind: 'generic',
        condition: CONDITION.storageOperationFailed,
        reason: reason ?? REASON.archiveOperationFailed,
        message: stage === 'copy' ? message : `unable to archive artifact to storage: ${message}`,
      };
  }
}

/** Codes whose sentence is upstream's own, without a word on the URL. */
const PLAIN = new Set(['git/commit-not-found', 'git/invalid-ref', 'git/invalid-semver', 'git/semver-no-match']);

function explainCheckout(error: FluxError, shape: SourceShape, hasArtifact: boolean): string {
  const { code, message } = error;
  if (PLAIN.has(code) || (code === 'git/ref-not-found' && shape.refKind === 'name')) return message;
  const isListed = shape.refKind === 'name' || (hasArtifact && (shape.refKind === 'branch' || shape.refKind === 'tag'));
  const begin = isListed && code !== 'git/ref-not-found' ? 'unable to list remote for' : 'unable to clone';
  const answer = typeof error.details?.['answer'] === 'string' ? error.details['answer'] : '';
  switch (code) {
    case 'git/empty-repository':
      return isListed
        ? `${begin} '${shape.displayUrl}': remote repository is empty`
        : `unable to clone: remote repository is empty: git repository: '${shape.displayUrl}'`;
    case 'git/repository-not-found':
      return `${begin} '${shape.displayUrl}': repository not found: ${answer}`;
    case 'git/auth-failed': {
      const what = error.details?.['status'] === 403 ? 'authorization failed' : 'authentication required';
      return error.details?.['status'] === undefined
        ? `${begin} '${shape.displayUrl}': ${message}`
        : `${begin} '${shape.displayUrl}': ${what}: ${answer}`;
    }
    default:
      return `${begin} '${shape.displayUrl}': ${message}`;
  }
}
