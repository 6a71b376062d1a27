import { DEFAULT_MAX_BYTES } from './constants.ts';
import { fetchHistory, keptCommit, requestCommit } from './fetch-objects.ts';
import { fetchTree, readFetchedTree } from './fetch-tree.ts';
import { selectYoungest } from './resolve-revision.ts';
import { selectRevision } from './select-revision.ts';
import type { FetchedTree, FetchOptions, GitRef, Remote, Revision } from './types.ts';
import { withSession } from './with-session.ts';

/** Options of fetching what a reference means. */
export interface FetchRevisionOptions extends FetchOptions {
  /** The revision that is there already. If it is still the one, nothing is fetched. */
  readonly observed?: string;
}

/** What a reference means, with its files unless they were not needed. */
export interface FetchedRevision {
  readonly revision: Revision;
  /** Absent where the revision is the observed one. */
  readonly tree?: FetchedTree;
}

/**
 * Finds what a reference means and fetches its files, over one connection. The same as `resolveRevision` and then
 * `fetchTree`, for less: over SSH most of the time goes into connecting.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} as `resolveRevision` and `fetchTree`
 */
export async function fetchRevision(remote: Remote, ref: GitRef, options: FetchRevisionOptions = {}): Promise<FetchedRevision> {
  const found = await withSession(remote, 'git-upload-pack', options, async (open) => {
    const selection = selectRevision(open.advertisement, ref);
    if (!('revision' in selection)) return selection;
    if (selection.revision.revision === options.observed) return selection;
    return {
      ...selection,
      fetched: true,
      objects: await requestCommit(open, selection.revision, keptCommit(remote, selection.revision, options)),
    };
  });
  if (!('revision' in found)) {
    const revision = await selectYoungest(remote, found.tied, options);
    return revision.revision === options.observed ? { revision } : { revision, tree: await fetchTree(remote, revision, options) };
  }
  const { revision } = found;
  if (!('fetched' in found)) return { revision };
  const objects = found.objects ?? (await fetchHistory(remote, revision, options));
  return { revision, tree: readFetchedTree(objects, revision, options.maxBytes ?? DEFAULT_MAX_BYTES) };
}
