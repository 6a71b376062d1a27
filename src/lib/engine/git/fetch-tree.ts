import { DEFAULT_MAX_BYTES } from './constants.ts';
import { corruptError } from './errors.ts';
import { fetchHistory, keptCommit, requestCommit, type WantedCommit } from './fetch-objects.ts';
import { parseCommit } from './objects/commit.ts';
import { parseTag } from './objects/parse-tag.ts';
import type { ObjectMap } from './pack/types.ts';
import { readTreeEntries } from './read-tree-entries.ts';
import type { FetchedTree, FetchOptions, Remote, Revision } from './types.ts';
import { withSession } from './with-session.ts';

/**
 * Fetches the files of one commit, without its history, into memory.
 *
 * Effects: opens a connection
 * Differs: submodules are named and not fetched; see `addSubmodules`
 *
 * @param wanted a commit id, or a revision as `resolveRevision` gives it
 * @throws {FluxError} git/commit-not-found, git/too-large, git/corrupt-data, git/unsafe-path, and as `withSession`
 */
export async function fetchTree(remote: Remote, wanted: string | Revision, options: FetchOptions = {}): Promise<FetchedTree> {
  const target: WantedCommit = typeof wanted === 'string' ? { commit: wanted } : wanted;
  const objects =
    (await withSession(remote, 'git-upload-pack', options, (open) =>
      requestCommit(open, target, keptCommit(remote, target, options)),
    )) ?? (await fetchHistory(remote, target, options));
  return readFetchedTree(objects, target, options.maxBytes ?? DEFAULT_MAX_BYTES);
}

/**
 * Takes a commit and its files from fetched objects.
 *
 * Effects: none
 *
 * @throws {FluxError} git/corrupt-data, git/too-large, git/unsafe-path
 */
export function readFetchedTree(objects: ObjectMap, wanted: WantedCommit, maxBytes: number): FetchedTree {
  const object = objects.get(wanted.commit);
  if (object?.type !== 'commit')
    throw corruptError(`${wanted.commit} is a ${object?.type ?? 'missing object'}, wanted is a commit`);
  const commit = parseCommit(wanted.commit, object.bytes);
  const tag = wanted.tagId === undefined ? undefined : objects.get(wanted.tagId);
  return {
    commit,
    entries: readTreeEntries(objects, commit.tree, maxBytes),
    ...(wanted.tagId === undefined || tag?.type !== 'tag' ? {} : { tag: parseTag(wanted.tagId, tag.bytes) }),
  };
}
