import { FluxError, isFluxError } from '../../core/errors.ts';
import { parsePack } from './pack/parse-pack.ts';
import type { ObjectMap } from './pack/types.ts';
import type { FetchOptions, Remote } from './types.ts';
import { formatFetchRequest, type FetchRequest } from './wire/format-fetch-request.ts';
import type { Advertisement } from './wire/read-advertisement.ts';
import { readFetchAnswer } from './wire/read-fetch-answer.ts';
import { withSession } from './with-session.ts';

/**
 * Fetches a pack and unpacks it.
 *
 * Effects: opens a connection
 *
 * @param choose decides what to ask for, knowing what the server has
 * @throws {FluxError} as `withSession`, `readFetchAnswer` and `parsePack`
 */
export async function fetchObjects(
  remote: Remote,
  options: FetchOptions,
  choose: (advertisement: Advertisement) => FetchRequest,
): Promise<ObjectMap> {
  return withSession(remote, 'git-upload-pack', options, async ({ session, advertisement, maxBytes }) => {
    const request = choose(advertisement);
    const answer = await session.exchange(formatFetchRequest(request, advertisement.capabilities));
    return parsePack(await readFetchAnswer(answer, advertisement.capabilities, maxBytes), maxBytes);
  });
}

/**
 * Fetches one commit with its files and, if given, the tag that led to it.
 *
 * A server that gives out only what its references point to refuses a bare commit from further back. Then all branches
 * and tags are fetched with their whole history, and the commit is looked for among them, as upstream always does.
 *
 * Effects: opens one or two connections
 *
 * @throws {FluxError} git/commit-not-found: the repository doesn't have it
 */
export async function fetchCommitObjects(
  remote: Remote,
  wanted: { readonly commit: string; readonly tagId?: string },
  options: FetchOptions,
): Promise<ObjectMap> {
  const wants = wanted.tagId === undefined ? [wanted.commit] : [wanted.tagId, wanted.commit];
  let objects: ObjectMap | undefined;
  try {
    objects = await fetchObjects(remote, options, () => ({ wants, depth: 1 }));
  } catch (error) {
    if (!isRefusedWant(error)) throw error;
  }
  if (objects?.has(wanted.commit) === true) return objects;
  objects = await fetchObjects(remote, options, (advertisement) => ({ wants: [...new Set(advertisement.refs.values())] }));
  if (objects.has(wanted.commit)) return objects;
  throw new FluxError('git/commit-not-found', `unable to resolve commit object for '${wanted.commit}': object not found`, {
    hint: 'Check the commit id, and that a branch or tag of the repository contains it',
  });
}

function isRefusedWant(error: unknown): boolean {
  return isFluxError(error, 'git/remote-error') || isFluxError(error, 'git/protocol-error');
}
