import type { FileSystem } from '../../core/filesystem.ts';
import { FluxError } from '../../core/errors.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import { computeDigest, createSourceMatcher, pack, type PackedArtifact, unpack } from '../../engine/artifact/index.ts';
import { fromMemory } from '../../engine/filesys/index.ts';
import type { Commit, Revision, Tag, TreeEntry } from '../../engine/git/index.ts';
import { type GitTarget, readGitTarget } from './git-remote.ts';
import type { ReconcilePorts } from './ports.ts';
import { verificationModeOf } from './verify-source.ts';

/** The files of a source at one revision, after the ignore rules. */
export interface SourceContent {
  readonly files: FileSystem;
  readonly packed: PackedArtifact;
  /** Absent where the files were kept from an earlier run. */
  readonly commit?: Commit;
  /** The annotated tag by which the commit was found. */
  readonly tag?: Tag;
}

/** Fetches sources, each revision once in a run. */
export interface SourceContents {
  /**
   * @param revision as in `status.artifact.revision`, or as just resolved
   * @throws {FluxError} those of `engine/git` and `engine/artifact`, reconcile/unsupported, reconcile/sparse-path
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
    fetch: async (repository, revision) => {
      const target = await readGitTarget(repository, ports.secrets ?? ports.kube);
      const commit = typeof revision === 'string' ? commitOf(revision) : revision.commit;
      const key = JSON.stringify([target.remote.url, commit, target.ignore ?? null, target.sparse]);
      const before = fetched.get(key);
      if (before !== undefined) return before;
      const content = loadContent(key, target, typeof revision === 'string' ? commit : revision, repository, ports);
      fetched.set(key, content);
      return content;
    },
  };
}

/**
 * Takes the files from the store, else from Git. Whoever has no access to the repository any more must not get its files
 * from the store, so that is asked only after the remote was resolved or the cluster named the revision.
 */
async function loadContent(
  key: string,
  target: GitTarget,
  revision: string | Revision,
  repository: K8sObject,
  ports: ReconcilePorts,
): Promise<SourceContent> {
  // A signature has to be looked at, and the store has none.
  const kept = verificationModeOf(repository) === undefined ? await ports.store?.get(key) : undefined;
  if (kept !== undefined) {
    const files = await unpack(kept);
    const contents = new Map([...files].map(([path, file]) => [path, file.bytes]));
    const packed = { bytes: kept, digest: await computeDigest(kept), sizeBytes: kept.length };
    return { files: fromMemory(contents), packed };
  }
  const tree = await ports.git.fetchTree(target.remote, revision, {
    timeoutMs: target.timeoutMs,
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
  const entries = selectSparse(tree.entries, target.sparse, repository);
  const excludes = createSourceMatcher(entries, target.ignore === undefined ? {} : { ignore: target.ignore });
  const packed = await pack(entries, excludes);
  await ports.store?.put(key, packed.bytes);
  const files = new Map<string, Uint8Array>();
  for (const { path, type, bytes } of entries) if (type === 'file' && !excludes(path, false)) files.set(path, bytes);
  return { files: fromMemory(files), packed, commit: tree.commit, ...(tree.tag === undefined ? {} : { tag: tree.tag }) };
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
 * Keeps the files below the given directories.
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
      hint: `see spec.sparseCheckout of ${formatSubject(refOf(repository))}`,
    });
  }
  return entries.filter(({ path }) => directories.some((directory) => path.startsWith(`${directory}/`)));
}
