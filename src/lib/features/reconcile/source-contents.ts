import type { FileSystem } from '../../core/filesystem.ts';
import { FluxError, isFluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { type ArchiveEntry, computeDigest, unpackEntries } from '../../engine/artifact/index.ts';
import { fromMemory } from '../../engine/filesys/index.ts';
import type { FetchedTree, FetchOptions, PackKeeper, Remote } from '../../engine/git/index.ts';
import { packSource, placeIncludes, selectSparse } from './build-source.ts';
import type { ReconcilePorts } from './ports.ts';
import { fetchKeptArtifact, type KeptArtifactOptions } from './fetch-kept-artifact.ts';
import { artifactOf } from './source-artifact.ts';
import { readSourceProxy, readSourceRemote } from './read-source-remote.ts';
import { sharePacks } from './share-packs.ts';
import { readSourceShape, type SourceShape } from './source-shape.ts';

/** The files of a source at one revision, after the ignore rules. */
export interface SourceContent {
  readonly files: FileSystem;
  /** Of the artifact. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A commit that was fetched for a source. */
export interface SourceCheckout {
  readonly remote: Remote;
  readonly tree: FetchedTree;
}

/** Fetches sources and builds their artifacts, each once in a run. */
export interface SourceContents {
  /** What git calls of this run share. */
  readonly packs: PackKeeper;
  /**
   * Gives the files of the artifact that a source has.
   *
   * @param revision as in `status.artifact.revision`
   * @throws {FluxError} those of `engine/git` and `engine/artifact`, reconcile/unsupported, reconcile/artifact-not-found, reconcile/sparse-path,
   * reconcile/include-failed, reconcile/include-lost
   */
  fetch(repository: K8sObject, revision: string): Promise<SourceContent>;
  /**
   * Builds the artifact of a commit.
   *
   * @param included the artifact of each include, as in the status of its source
   * @param onStage told of what begins
   */
  build(
    repository: K8sObject,
    checkout: SourceCheckout,
    included: readonly JsonObject[],
    onStage?: (stage: 'checkout' | 'sparse' | 'copy' | 'archive') => void,
  ): Promise<SourceContent>;
}

/** Finds an object of the same kind as the sources; default: in the cluster. */
export type FindSource = (ref: ObjectRef) => Promise<K8sObject | undefined>;

/**
 * Makes an empty cache that lives as long as the run.
 *
 * Whoever has no access to a repository any more must not get its files from the store, so that is asked only once the remote
 * has answered or the cluster has named the revision, and never under the URL of another repository.
 *
 * Effects: none by itself
 */
export function createSourceContents(
  ports: ReconcilePorts,
  find: FindSource = (ref) => ports.kube.get(ref),
  options: KeptArtifactOptions = {},
): SourceContents {
  const built = new Map<string, Promise<SourceContent>>();
  /** Of each source the content that was asked for last: older ones are not held. */
  const latest = new Map<string, string>();
  const buildOnce = (repository: K8sObject, key: string, run: () => Promise<SourceContent>): Promise<SourceContent> => {
    const subject = formatSubject(refOf(repository));
    const before = latest.get(subject);
    latest.set(subject, key);
    if (before !== undefined && before !== key && ![...latest.values()].includes(before)) built.delete(before);
    return once(built, key, run);
  };
  /** Only where there is no store. */
  const artifacts = new Map<string, Uint8Array>();
  const packs = sharePacks(ports.store);

  const keep = async (key: string, bytes: Uint8Array): Promise<void> => {
    if (ports.store === undefined) artifacts.set(key, bytes);
    else await ports.store.put(key, bytes);
  };
  const read = async (key: string): Promise<Uint8Array | undefined> =>
    ports.store === undefined ? artifacts.get(key) : ports.store.get(key);

  const includedEntries = async (repository: K8sObject, name: string, artifact: JsonObject): Promise<readonly ArchiveEntry[]> => {
    const ref = { ...refOf(repository), name };
    const lost = (why: string): FluxError =>
      new FluxError('reconcile/include-lost', `the artifact of the included ${formatSubject(ref)} cannot be had: ${why}`, {
        subject: refOf(repository),
        hint: `reconcile that first: flux-ts reconcile source git ${name} --drive`,
      });
    const source = await find(ref);
    if (source === undefined) throw lost('it is gone');
    const digest = String(artifact['digest']);
    const key = artifactKey(readSourceShape(source), digest);
    if ((await read(key)) === undefined) await contents.fetch(source, String(artifact['revision']));
    const bytes = await read(key);
    if (bytes === undefined) throw lost('building it again gave another one');
    return unpackEntries(bytes, { digest });
  };

  const contents: SourceContents = {
    packs,
    fetch(repository, revision) {
      if (repository.kind !== 'GitRepository') return fetchKept(repository);
      const shape = readSourceShape(repository);
      const commit = commitOf(revision);
      const included = includedArtifactsOf(repository);
      return buildOnce(repository, contentKey(shape, commit, included), async () => {
        const artifact = statusOf(repository)['artifact'];
        const known = isJsonObject(artifact) && artifact['revision'] === revision ? String(artifact['digest']) : undefined;
        for (const key of [...(known === undefined ? [] : [artifactKey(shape, known)]), contentKey(shape, commit, included)]) {
          const kept = await read(key);
          if (kept !== undefined) return readContent(kept);
        }
        try {
          const proxy = await readSourceProxy(repository, ports.secrets ?? ports.kube);
          const remote = await readSourceRemote(repository, shape, proxy, { ...ports, secrets: ports.secrets ?? ports.kube });
          const tree = await ports.git.fetchTree(remote, commit, fetchOptions(shape, packs, ports));
          return await buildContent(repository, { remote, tree }, included);
        } catch (error) {
          if (known === undefined || !isFluxError(error)) throw error;
          return readContent(await fetchInstead(repository, shape, error));
        }
      });
    },
    build(repository, checkout, included, onStage) {
      const shape = readSourceShape(repository);
      const key = contentKey(shape, checkout.tree.commit.id, included);
      return buildOnce(repository, key, async () => {
        const kept = await read(key);
        return kept === undefined ? buildContent(repository, checkout, included, onStage) : readContent(kept);
      });
    },
  };

  /** Who may not or cannot reach the remote from here takes what source-controller keeps of it, where that is at work. */
  const fetchInstead = async (repository: K8sObject, shape: SourceShape, why: FluxError): Promise<Uint8Array> => {
    if (options.holdsSourceLease === true || ports.artifacts === undefined || ports.signal?.aborted === true) throw why;
    try {
      const bytes = await fetchKeptArtifact(repository, ports, options);
      await keep(artifactKey(shape, String(artifactOf(repository)?.['digest'])), bytes);
      ports.progress.warning(`${formatSubject(refOf(repository))}: taken from source-controller, as ${why.message}`);
      return bytes;
    } catch (error) {
      if (!isFluxError(error)) throw error;
      throw why;
    }
  };

  /** Others have built it, whatever it was built from; it stays with the object whose status names it. */
  const fetchKept = (source: K8sObject): Promise<SourceContent> => {
    const digest = String(artifactOf(source)?.['digest']);
    const key = JSON.stringify(['kept', ports.kube.server, formatSubject(refOf(source)), digest]);
    return buildOnce(source, key, async () => {
      const kept = await read(key);
      if (kept !== undefined) return readContent(kept);
      const bytes = await fetchKeptArtifact(source, ports, options);
      const content = await readContent(bytes);
      await keep(key, bytes);
      return { ...content, digest };
    });
  };

  const buildContent = async (
    repository: K8sObject,
    { remote, tree }: SourceCheckout,
    included: readonly JsonObject[],
    onStage: Parameters<SourceContents['build']>[3] = () => {},
  ): Promise<SourceContent> => {
    const shape = readSourceShape(repository);
    onStage('checkout');
    // As upstream: a sparse checkout leaves submodules empty.
    const isRecursive = shape.recurseSubmodules && shape.sparse.length === 0;
    const entries = isRecursive ? await ports.git.addSubmodules(tree, remote, fetchOptions(shape, packs, ports)) : tree.entries;
    onStage('sparse');
    const selected = selectSparse(entries, shape, repository);
    onStage('copy');
    const copies: (readonly ArchiveEntry[])[] = [];
    for (const [index, { name }] of shape.include.entries()) {
      copies.push(await includedEntries(repository, name, included[index] ?? {}));
    }
    const whole = placeIncludes(selected, shape, copies);
    onStage('archive');
    const { files, packed } = await packSource(whole, shape);
    await keep(contentKey(shape, tree.commit.id, included), packed.bytes);
    await keep(artifactKey(shape, packed.digest), packed.bytes);
    return { files: fromMemory(new Map(files)), digest: packed.digest, sizeBytes: packed.sizeBytes };
  };

  return contents;
}

/** What git calls for a source take. */
export function fetchOptions(shape: SourceShape, packs: PackKeeper, ports: Pick<ReconcilePorts, 'signal'>): FetchOptions {
  return { timeoutMs: shape.timeoutMs, packs, ...(ports.signal === undefined ? {} : { signal: ports.signal }) };
}

/** The artifacts that went into that of a source. */
export function includedArtifactsOf(repository: K8sObject): readonly JsonObject[] {
  const included = statusOf(repository)['includedArtifacts'];
  return Array.isArray(included) ? included.filter(isJsonObject) : [];
}

/** Runs something once for all who ask for it; after a failure the next one tries again. */
function once<T>(running: Map<string, Promise<T>>, key: string, run: () => Promise<T>): Promise<T> {
  const before = running.get(key);
  if (before !== undefined) return before;
  const work = run();
  running.set(key, work);
  work.catch(() => running.delete(key));
  return work;
}

async function readContent(bytes: Uint8Array): Promise<SourceContent> {
  const files = new Map<string, Uint8Array>();
  for (const { path, type, bytes: content } of await unpackEntries(bytes)) if (type === 'file') files.set(path, content);
  return { files: fromMemory(files), digest: await computeDigest(bytes), sizeBytes: bytes.length };
}

/** All that decides about the content of an artifact. */
function contentKey(shape: SourceShape, commit: string, included: readonly JsonObject[]): string {
  const { url, ignore = null, sparse, recurseSubmodules, include } = shape;
  const includes = include.map(({ fromPath, toPath }, index) => [included[index]?.['digest'] ?? null, fromPath, toPath]);
  return JSON.stringify(['source', url, commit, ignore, sparse, recurseSubmodules, includes]);
}

function artifactKey({ url }: SourceShape, digest: string): string {
  return JSON.stringify(['artifact', url, digest]);
}

function statusOf(object: K8sObject): JsonObject {
  return isJsonObject(object['status']) ? object['status'] : {};
}

/** The commit of a revision such as `main@sha1:51d0…` or, in the form of old versions, `main/51d0…`. */
export function commitOf(revision: string): string {
  const commit = /([0-9a-f]{40})$/.exec(revision)?.[1];
  if (commit !== undefined) return commit;
  throw new FluxError('reconcile/bad-revision', `revision "${revision}" of the source names no commit`, {
    hint: 'reconcile the source as well: --with-source',
  });
}
