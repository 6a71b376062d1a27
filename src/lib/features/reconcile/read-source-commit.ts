import type { K8sObject } from '../../core/objects.ts';
import type { FetchedTree } from '../../engine/git/index.ts';
import type { ArtifactStorePort, GitPort } from './ports.ts';
import { type LoginPorts, readSourceProxy, readSourceRemote } from './read-source-remote.ts';
import { sharePacks } from './share-packs.ts';
import { commitOf } from './source-contents.ts';
import { readSourceShape } from './source-shape.ts';

/** What reading a commit needs of the world. */
export interface CommitPorts extends LoginPorts {
  readonly git: Pick<GitPort, 'fetchInstallationToken' | 'fetchTree'>;
  readonly store?: ArtifactStorePort;
}

/** How much it may take. */
export interface CommitLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Reads the commit of a source with its files, as they are in the repository.
 *
 * Effects: reads Secrets of its namespace; asks the Git server, and keeps what it gives
 *
 * @param revision as in `status.artifact.revision`
 * @throws {FluxError} reconcile/bad-revision; reconcile/unsupported: the source needs a login of a cloud; reconcile/secret-not-found,
 * git/…, kube/…
 */
export async function readSourceCommit(
  repository: K8sObject,
  revision: string,
  ports: CommitPorts,
  limits: CommitLimits,
): Promise<FetchedTree> {
  const commit = commitOf(revision);
  const shape = readSourceShape(repository);
  const proxy = await readSourceProxy(repository, ports.secrets);
  const remote = await readSourceRemote(repository, shape, proxy, ports);
  return await ports.git.fetchTree(remote, commit, {
    ...limits,
    packs: sharePacks(ports.store),
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
}
