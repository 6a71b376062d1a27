import { DEFAULT_MAX_BYTES } from './constants.ts';
import { corruptError } from './errors.ts';
import { fetchCommitObjects } from './fetch-objects.ts';
import { parseCommit } from './objects/commit.ts';
import { parseTag } from './objects/parse-tag.ts';
import { readTreeEntries } from './read-tree-entries.ts';
import type { FetchedTree, FetchOptions, Remote, Revision } from './types.ts';

/**
 * Fetches the files of one commit, without its history, into memory.
 *
 * Effects: opens a connection
 * Differs: submodules are named and not fetched
 *
 * @param wanted a commit id, or a revision as `resolveRevision` gives it
 * @throws {FluxError} git/commit-not-found, git/too-large, git/corrupt-data, git/unsafe-path, and as `withSession`
 */
export async function fetchTree(remote: Remote, wanted: string | Revision, options: FetchOptions = {}): Promise<FetchedTree> {
  const { commit: id, tagId } = typeof wanted === 'string' ? { commit: wanted, tagId: undefined } : wanted;
  const objects = await fetchCommitObjects(remote, { commit: id, ...(tagId === undefined ? {} : { tagId }) }, options);
  const object = objects.get(id);
  if (object?.type !== 'commit') throw corruptError(`${id} is a ${object?.type ?? 'missing object'}, wanted is a commit`);
  const commit = parseCommit(id, object.bytes);
  const tag = tagId === undefined ? undefined : objects.get(tagId);
  return {
    commit,
    entries: readTreeEntries(objects, commit.tree, options.maxBytes ?? DEFAULT_MAX_BYTES),
    ...(tagId === undefined || tag?.type !== 'tag' ? {} : { tag: parseTag(tagId, tag.bytes) }),
  };
}
