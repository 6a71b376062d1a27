import type { FileSystem } from '../../core/filesystem.ts';
import { FluxError } from '../../core/errors.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { fromMemory } from '../../engine/filesys/index.ts';
import type { Commit, Revision, TreeEntry } from '../../engine/git/index.ts';
import { readGitTarget } from './git-remote.ts';
import type { ReconcilePorts } from './ports.ts';

/** The files of a source at one revision, after the ignore rules. */
export interface SourceContent {
  readonly files: FileSystem;
  readonly entries: readonly TreeEntry[];
  readonly commit: Commit;
}

/** Fetches sources, each revision once in a run. */
export interface SourceContents {
  /**
   * @param revision as in `status.artifact.revision`, or as just resolved
   * @throws {FluxError} those of `engine/git`, reconcile/unsupported, reconcile/sparse-path
   */
  fetch(repository: K8sObject, revision: string | Revision): Promise<SourceContent>;
}

/**
 * Makes an empty cache that lives as long as the run.
 *
 * Effects: none by itself
 */
export function createSourceContents(ports: ReconcilePorts): SourceContents {
  const fetched = new Map<string, Promise<SourceContent>>();
  return {
    fetch: (repository, revision) => {
      const text = typeof revision === 'string' ? revision : revision.revision;
      const key = JSON.stringify([formatSubject(refOf(repository)), text, repository['spec']]);
      const before = fetched.get(key);
      if (before !== undefined) return before;
      const content = fetchContent(repository, revision, ports);
      fetched.set(key, content);
      return content;
    },
  };
}

async function fetchContent(
  repository: K8sObject,
  revision: string | Revision,
  ports: ReconcilePorts,
): Promise<SourceContent> {
  const target = await readGitTarget(repository, ports.kube);
  const tree = await ports.git.fetchTree(target.remote, typeof revision === 'string' ? commitOf(revision) : revision, {
    timeoutMs: target.timeoutMs,
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
  const wanted = selectSparse(tree.entries, target.sparse, repository);
  const entries = ports.artifacts.selectEntries(wanted, target.ignore);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) if (entry.type === 'file') files.set(entry.path, entry.bytes);
  return { files: fromMemory(files), entries, commit: tree.commit };
}

/** The commit of a revision such as `main@sha1:51d0…` or, in the form of old versions, `main/51d0…`. */
function commitOf(revision: string): string {
  const commit = /([0-9a-f]{40})$/.exec(revision)?.[1];
  if (commit !== undefined) return commit;
  throw new FluxError('reconcile/bad-revision', `revision "${revision}" of the source names no commit`, {
    hint: 'reconcile the source as well: --with-source',
  });
}

/**
 * Keeps the files below the given directories, and those at the root, as a cone checkout does.
 *
 * Source: source-controller internal/controller/gitrepository_controller.go; go-git sparse checkout
 */
function selectSparse(entries: readonly TreeEntry[], sparse: readonly string[], repository: K8sObject): readonly TreeEntry[] {
  if (sparse.length === 0) return entries;
  const directories = sparse.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''));
  for (const directory of directories) {
    if (entries.some(({ path }) => path.startsWith(`${directory}/`))) continue;
    throw new FluxError('reconcile/sparse-path', `failed to sparse checkout directories : ${directory}: no such directory`, {
      subject: refOf(repository),
    });
  }
  return entries.filter(({ path }) => directories.some((directory) => path.startsWith(`${directory}/`)));
}
