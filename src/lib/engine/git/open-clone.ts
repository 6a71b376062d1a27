import { Buffer } from 'node:buffer';

import { FluxError, isFluxError } from '../../core/errors.ts';
import { cleanPath } from './clean-path.ts';
import type { Clone, CloneOptions, CommitOptions } from './clone-types.ts';
import { fetchRevision } from './fetch-revision.ts';
import { formatCommit } from './objects/commit.ts';
import { MODE_FILE, MODE_SUBMODULE, MODE_SYMLINK } from './objects/tree.ts';
import { computeObjectId } from './pack/compute-object-id.ts';
import { formatTrees } from './pack/format-trees.ts';
import type { GitObject } from './pack/types.ts';
import { pushCommits } from './push-commits.ts';
import type { FetchedTree, Remote, Signature } from './types.ts';

/**
 * Takes the files of a branch into memory for changing. An empty repository gives an empty clone, whose first commit
 * starts the branch.
 *
 * Effects: opens a connection
 * Source: fluxcd/flux2 pkg/bootstrap/bootstrap_plain_git.go; fluxcd/pkg git/gogit/client.go
 * Differs: in memory and without history, where upstream clones to a temporary folder
 *
 * @throws {FluxError} git/ref-not-found: the repository has other branches but not this one; and as `fetchTree`
 */
export async function openClone(remote: Remote, branch: string, options: CloneOptions): Promise<Clone> {
  const { tree } = await fetchRevision(remote, { branch }, options).catch((error: unknown): { tree?: FetchedTree } => {
    if (isFluxError(error, 'git/empty-repository')) return {};
    throw error;
  });
  return createClone(remote, branch, options, tree);
}

interface StoredFile {
  readonly mode: number;
  readonly id: string;
  readonly bytes: Uint8Array;
}

function createClone(remote: Remote, branch: string, options: CloneOptions, base: FetchedTree | undefined): Clone {
  const files = new Map<string, StoredFile>();
  for (const { path, mode, id, bytes } of base?.entries ?? []) files.set(path, { mode, id, bytes });
  const unsent = new Map<string, GitObject>();
  const start = formatTrees(files);
  let known = start.objects;
  // Written by us, not read from the commit: trees of ancient clients spell modes differently and would look changed.
  let tree = base === undefined ? undefined : start.root;
  let head = base?.commit.id;
  let remoteHead = options.pushTo === undefined ? head : undefined;

  const contentOf = (path: string): Uint8Array | undefined => {
    const file = files.get(cleanPath(path));
    return file === undefined || file.mode === MODE_SYMLINK || file.mode === MODE_SUBMODULE ? undefined : file.bytes;
  };

  return {
    branch: options.pushTo ?? branch,
    head: () => head,
    paths: () => [...files.keys()].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
    read: contentOf,
    readText(path) {
      const bytes = contentOf(path);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    write(path, content) {
      const clean = cleanPath(path);
      refuseOverlap(files, clean);
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const before = files.get(clean);
      const mode =
        before === undefined || before.mode === MODE_SYMLINK || before.mode === MODE_SUBMODULE ? MODE_FILE : before.mode;
      files.set(clean, { mode, id: computeObjectId({ type: 'blob', bytes }), bytes });
    },
    remove(path) {
      const clean = cleanPath(path);
      const found = [...files.keys()].filter((name) => name === clean || name.startsWith(`${clean}/`));
      for (const name of found) files.delete(name);
      return found.length > 0;
    },
    async commit(init) {
      const { root, objects } = formatTrees(files);
      if (root === tree || (tree === undefined && files.size === 0)) return undefined;
      for (const [id, object] of objects) if (!known.has(id)) unsent.set(id, object);
      const sent = new Set((base?.entries ?? []).map((entry) => entry.id));
      for (const { id, mode, bytes } of files.values()) {
        if (!sent.has(id) && mode !== MODE_SUBMODULE) unsent.set(id, { type: 'blob', bytes });
      }
      const bytes = await writeCommit(root, head, init, options);
      const object: GitObject = { type: 'commit', bytes };
      const id = computeObjectId(object);
      unsent.set(id, object);
      known = new Map([...known, ...objects]);
      tree = root;
      head = id;
      return id;
    },
    async push(pushOptions = {}) {
      if (head === undefined || head === remoteHead || head === base?.commit.id)
        return { commit: head ?? '', pushed: false, remoteMessage: '' };
      const remoteMessage = await pushCommits(
        remote,
        { refName: `refs/heads/${options.pushTo ?? branch}`, before: remoteHead, after: head, objects: [...unsent.values()] },
        { ...options, ...pushOptions },
      );
      remoteHead = head;
      unsent.clear();
      return { commit: head, pushed: true, remoteMessage };
    },
  };
}

async function writeCommit(
  tree: string,
  parent: string | undefined,
  init: CommitOptions,
  options: CloneOptions,
): Promise<Buffer> {
  const { name, email } = init.author ?? options.author;
  const author: Signature = { name, email, timeSeconds: Math.floor(options.now() / 1000), timezone: '+0000' };
  const commit = { tree, parents: parent === undefined ? [] : [parent], author, committer: author, message: init.message };
  const plain = formatCommit(commit);
  return init.sign === undefined ? plain : formatCommit({ ...commit, signature: await init.sign(plain) });
}

function refuseOverlap(files: ReadonlyMap<string, StoredFile>, path: string): void {
  const parts = path.split('/');
  const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  const blocker = above.find((parent) => files.has(parent)) ?? [...files.keys()].find((name) => name.startsWith(`${path}/`));
  if (blocker === undefined) return;
  throw new FluxError('git/unsafe-path', `cannot write '${path}': '${blocker}' is in the way`, {
    hint: 'Choose another path, or remove what is in the way from the repository first',
    details: { blocker },
  });
}
