import { CONDITION, REASON } from '../../core/flux.ts';
import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { readCondition, readList, readPath, readText } from '../../core/read-object.ts';
import { guessWaiting } from './guess-waiting.ts';
import { judgeReady } from './wait-for-object.ts';

/** How far an object is with a commit. */
export interface RevisionState {
  /** `seen`: applied and ready; `ready`: of another source, and ready; the last two will not change by waiting. */
  readonly state: 'seen' | 'ready' | 'waiting' | 'suspended' | 'failed';
  /** What it has applied last; empty where nothing. */
  readonly revision: string;
  /** Why it is not there yet, or what went wrong. */
  readonly message: string;
}

/** The fewest digits of a commit that are taken for it; as git. */
const MIN_DIGITS = 7;

/**
 * Reads a revision as people give it: `main@sha1:<commit>`, `sha1:<commit>`, a commit or the beginning of one.
 *
 * Effects: none
 *
 * @returns tells whether a revision of Flux's is that one
 * @throws {FluxError} objects/bad-revision
 * @example parseRevision('51d0c2e')('main@sha1:51d0c2e4…') // true
 */
export function parseRevision(text: string): (revision: string) => boolean {
  const match = /^(?:(.+)@)?(?:(sha1|sha256):)?([0-9a-f]+)$/.exec(text);
  const [, branch, algorithm, digits = ''] = match ?? [];
  if (digits.length < MIN_DIGITS) {
    const what = text === '' ? 'no revision was given' : `'${text}' is no revision`;
    throw new FluxError('objects/bad-revision', `${what}: wanted a commit, or main@sha1:<commit>`, {
      hint: '--revision $(git rev-parse HEAD)',
    });
  }
  return (revision) => {
    const [, itsBranch, itsAlgorithm, itsDigits = ''] = /^(?:(.+)@)?(?:(sha1|sha256):)?([0-9a-f]+)$/.exec(revision) ?? [];
    return (
      itsDigits.startsWith(digits) &&
      (branch === undefined || branch === itsBranch) &&
      (algorithm === undefined || algorithm === itsAlgorithm)
    );
  };
}

/**
 * Judges a Kustomization of the source whose commit is waited for.
 *
 * Effects: none
 *
 * @param isWanted tells whether a revision is the one
 */
export function judgeRevision(object: K8sObject, isWanted: (revision: string) => boolean): RevisionState {
  const revision = readText(object, 'status', 'lastAppliedRevision');
  const verdict = judgeReady(object, object.kind);
  const isAt = isWanted(revision) || (verdict.done === true && hasApplied(object, isWanted));
  if (verdict.done === true && isAt) return { state: 'seen', revision, message: `applied revision ${revision}` };
  if (readPath(object, 'spec', 'suspend') === true) {
    return { state: 'suspended', revision, message: 'it is suspended and will not see the commit' };
  }
  const isStalled = readText(readCondition(object, CONDITION.stalled), 'status') === 'True';
  const isTried = isWanted(readText(object, 'status', 'lastAttemptedRevision'));
  if (verdict.done === 'failed' && (isStalled || isTried)) return { state: 'failed', revision, message: verdict.message };
  return { state: 'waiting', revision, message: waitingText(object, revision) };
}

/**
 * Judges what has no part in the commit: it has to be ready.
 *
 * Effects: none
 */
export function judgeOther(object: K8sObject): RevisionState {
  const revision = readText(object, 'status', 'lastAppliedRevision');
  const verdict = judgeReady(object, object.kind);
  if (verdict.done === true) return { state: 'ready', revision, message: 'ready' };
  if (readPath(object, 'spec', 'suspend') === true)
    return { state: 'suspended', revision, message: 'it is suspended and not ready' };
  if (verdict.done === 'failed') return { state: 'failed', revision, message: verdict.message };
  return { state: 'waiting', revision, message: waitingText(object, revision) };
}

/** A commit that a newer one has followed stands in the history. */
function hasApplied(object: K8sObject, isWanted: (revision: string) => boolean): boolean {
  return readList(object, 'status', 'history').some(
    (entry) =>
      readText(entry, 'lastReconciledStatus') === REASON.reconciliationSucceeded &&
      isWanted(readText(entry, 'metadata', 'revision')),
  );
}

function waitingText(object: K8sObject, revision: string): string {
  const ready = readCondition(object, CONDITION.ready);
  if (ready === undefined) return 'no controller has written a status yet';
  const reconciling = readCondition(object, CONDITION.reconciling);
  if (readText(ready, 'status') === 'Unknown' && reconciling !== undefined) return readText(reconciling, 'message');
  if (readText(ready, 'status') === 'False') {
    return `${readText(ready, 'message')}${guessWaiting(ready) ? '' : ' (at an earlier revision)'}`;
  }
  return revision === '' ? 'nothing is applied yet' : `it is at ${revision}`;
}
