import type { Remote, RemoteOptions, RemoteRefs } from './types.ts';
import { withSession } from './with-session.ts';

/**
 * Lists the references of a remote, as `git ls-remote`.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} as `withSession`
 */
export async function listRefs(remote: Remote, options: RemoteOptions = {}): Promise<RemoteRefs> {
  return withSession(remote, 'git-upload-pack', options, async ({ advertisement }) => ({
    refs: advertisement.refs,
    peeled: advertisement.peeled,
    ...(advertisement.head === undefined ? {} : { head: advertisement.head }),
  }));
}
