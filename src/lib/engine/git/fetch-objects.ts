import { FluxError, isFluxError } from '../../core/errors.ts';
import { parsePack } from './pack/parse-pack.ts';
import type { ObjectMap } from './pack/types.ts';
import type { FetchOptions, Remote } from './types.ts';
import { type FetchRequest, formatFetchRequest } from './wire/format-fetch-request.ts';
import type { Advertisement } from './wire/read-advertisement.ts';
import { readFetchAnswer } from './wire/read-fetch-answer.ts';
import { type OpenSession, withSession } from './with-session.ts';

/** A commit to fetch and, if it was found by an annotated one, its tag. */
export interface WantedCommit {
  readonly commit: string;
  readonly tagId?: string;
}

/**
 * Asks an open session for a pack and unpacks it.
 *
 * Effects: uses the session up
 *
 * @throws {FluxError} as `readFetchAnswer` and `parsePack`
 */
export async function requestObjects(open: OpenSession, request: FetchRequest): Promise<ObjectMap> {
  const { capabilities } = open.advertisement;
  const answer = await open.session.exchange(formatFetchRequest(request, capabilities));
  return parsePack(await readFetchAnswer(answer, capabilities, open.maxBytes), open.maxBytes);
}

/**
 * Asks an open session for one commit without its history.
 *
 * Effects: uses the session up
 *
 * @returns `undefined` where the server doesn't give the commit out: some give only what their references point to
 */
export async function requestCommit(open: OpenSession, wanted: WantedCommit): Promise<ObjectMap | undefined> {
  const wants = wanted.tagId === undefined ? [wanted.commit] : [wanted.tagId, wanted.commit];
  try {
    const objects = await requestObjects(open, { wants, depth: 1 });
    return objects.has(wanted.commit) ? objects : undefined;
  } catch (error) {
    if (isListed(open.advertisement, wanted.commit) || !isRefusal(error)) throw error;
    return undefined;
  }
}

/**
 * Fetches all branches and tags with their whole history, and looks for a commit among them, as upstream always does
 * for a bare commit.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} git/commit-not-found: the repository doesn't have it
 */
export async function fetchHistory(remote: Remote, commit: string, options: FetchOptions): Promise<ObjectMap> {
  const objects = await withSession(remote, 'git-upload-pack', options, (open) => {
    const names = [...open.advertisement.refs].filter(
      ([name]) => name.startsWith('refs/heads/') || name.startsWith('refs/tags/'),
    );
    return requestObjects(open, { wants: [...new Set(names.map(([, id]) => id))] });
  });
  if (objects.has(commit)) return objects;
  throw new FluxError('git/commit-not-found', `unable to resolve commit object for '${commit}': object not found`, {
    hint: 'Check the commit id, and that a branch or tag of the repository contains it',
  });
}

function isListed(advertisement: Advertisement, commit: string): boolean {
  return [...advertisement.refs.values(), ...advertisement.peeled.values()].includes(commit);
}

function isRefusal(error: unknown): boolean {
  return isFluxError(error, 'git/remote-error') || isFluxError(error, 'git/protocol-error');
}
