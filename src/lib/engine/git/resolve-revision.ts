import { corruptError } from './errors.ts';
import { requestObjects } from './fetch-objects.ts';
import { listRefs } from './list-refs.ts';
import { parseCommit } from './objects/commit.ts';
import { selectRevision } from './select-revision.ts';
import type { GitRef, Remote, RemoteOptions, Revision } from './types.ts';
import { withSession } from './with-session.ts';

/**
 * Finds the commit that a reference of a GitRepository means right now.
 *
 * Tags that differ only in build metadata are one version; then the one whose commit is youngest wins, which takes a
 * second look at the remote.
 *
 * Effects: opens a connection
 * Source: fluxcd/pkg git/gogit/clone.go
 *
 * @throws {FluxError} as `selectRevision` and `withSession`
 */
export async function resolveRevision(remote: Remote, ref: GitRef, options: RemoteOptions = {}): Promise<Revision> {
  const selection = selectRevision(await listRefs(remote, options), ref);
  return 'revision' in selection ? selection.revision : selectYoungest(remote, selection.tied, options);
}

/**
 * Finds among tags of one version that whose commit is youngest. The commits alone are asked for where the server can
 * leave files out.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} as `withSession`
 */
export async function selectYoungest(remote: Remote, tied: readonly Revision[], options: RemoteOptions): Promise<Revision> {
  const wants = [...new Set(tied.map((revision) => revision.commit))];
  const objects = await withSession(remote, 'git-upload-pack', options, (open) =>
    requestObjects(open, { wants, depth: 1, filter: 'tree:0' }),
  );
  let youngest: { revision: Revision; timeSeconds: number } | undefined;
  for (const revision of tied) {
    const object = objects.get(revision.commit);
    if (object?.type !== 'commit') throw corruptError(`the tag '${revision.refName}' leads to no commit`);
    const { timeSeconds } = parseCommit(revision.commit, object.bytes).committer;
    if (youngest === undefined || timeSeconds >= youngest.timeSeconds) youngest = { revision, timeSeconds };
  }
  if (youngest === undefined) throw corruptError('no tag was left to choose from');
  return youngest.revision;
}
