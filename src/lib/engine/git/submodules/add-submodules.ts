import { Buffer } from 'node:buffer';
import { posix } from 'node:path';

import { FluxError } from '../../../core/errors.ts';
import { mapBounded } from '../../../core/map-bounded.ts';
import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_MS } from '../constants.ts';
import { fetchTree } from '../fetch-tree.ts';
import { MODE_FILE } from '../objects/tree.ts';
import type { FetchedTree, FetchOptions, Remote, TreeEntry } from '../types.ts';
import { parseGitmodules, type SubmoduleConfig } from './parse-gitmodules.ts';
import { resolveSubmoduleRemote } from './resolve-submodule-remote.ts';

/** How deep submodules of submodules are followed; deeper ones stay empty directories. go-git v5 options.go, and its own first level. */
const MAX_LEVELS = 11;
/** How many submodules one repository may have, nested ones included. */
const MAX_SUBMODULES = 1000;
const CONCURRENCY = 4;

/**
 * Fetches the submodules of a commit, at the commits that it names, and puts their files in.
 *
 * As upstream, each gets a file `.git` that says where its repository would lie: it is part of the artifact.
 *
 * Effects: opens connections
 * Source: go-git v5 submodule.go; fluxcd/pkg git/gogit/clone.go
 * Differs: upstream fetches for a semver or a commit the submodules that the head of the branch names
 *
 * @param options `timeoutMs` and `maxBytes` hold for all submodules together
 * @throws {FluxError} git/invalid-submodule, git/too-large, git/timeout, and as `fetchTree`
 */
export async function addSubmodules(
  tree: FetchedTree,
  remote: Remote,
  options: FetchOptions = {},
): Promise<readonly TreeEntry[]> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const budget = { bytes: options.maxBytes ?? DEFAULT_MAX_BYTES, submodules: MAX_SUBMODULES };
  spend(budget, tree.entries);
  try {
    return await addLevel(
      tree.entries,
      { remote, prefix: '', gitFolder: '.git', level: 1 },
      { ...options, timeoutMs, signal },
      budget,
    );
  } catch (error) {
    if (!timeout.aborted || options.signal?.aborted === true) throw error;
    throw new FluxError('git/timeout', `the submodules did not arrive within ${timeoutMs} ms`, {
      hint: 'Allow more time (spec.timeout)',
      cause: error,
    });
  }
}

/** A repository with submodules, and where it lies in the outermost one. */
interface Parent {
  readonly remote: Remote;
  /** Path with a slash at its end; empty for the outermost. */
  readonly prefix: string;
  readonly gitFolder: string;
  readonly level: number;
}

interface Budget {
  bytes: number;
  submodules: number;
}

async function addLevel(
  entries: readonly TreeEntry[],
  parent: Parent,
  options: FetchOptions,
  budget: Budget,
): Promise<readonly TreeEntry[]> {
  const configs = parent.level > MAX_LEVELS ? [] : readConfigs(entries);
  if (configs.length === 0) return entries;
  budget.submodules -= configs.length;
  if (budget.submodules < 0) {
    throw new FluxError('git/too-large', `the repository has more than ${MAX_SUBMODULES} submodules`, {
      hint: 'Leave recurseSubmodules off, and fetch what is needed as a source of its own',
    });
  }
  const fetched = await mapBounded(configs, CONCURRENCY, async (config) => {
    const pinned = entries.find(({ path }) => path === config.path);
    if (pinned?.type !== 'submodule') {
      throw new FluxError('git/invalid-submodule', `'.gitmodules' names the path '${config.path}', which is no submodule`, {
        hint: 'Mend .gitmodules: git submodule status',
      });
    }
    return fetchSubmodule(config, pinned, parent, options, budget);
  });
  const byPath = new Map(configs.map(({ path }, index) => [path, fetched[index] ?? []]));
  return entries.flatMap((entry) => {
    const files = byPath.get(entry.path);
    return files === undefined ? [entry] : [entry, ...files];
  });
}

async function fetchSubmodule(
  config: SubmoduleConfig,
  pinned: TreeEntry,
  parent: Parent,
  options: FetchOptions,
  budget: Budget,
): Promise<readonly TreeEntry[]> {
  const remote = resolveSubmoduleRemote(parent.remote, config.url);
  const tree = await fetchTree(remote, pinned.id, { ...options, maxBytes: Math.max(1, budget.bytes) });
  spend(budget, tree.entries);
  const gitFolder = posix.join(parent.gitFolder, 'modules', config.name);
  const prefix = `${parent.prefix}${config.path}/`;
  const entries = await addLevel(tree.entries, { remote, prefix, gitFolder, level: parent.level + 1 }, options, budget);
  const link = Buffer.from(`gitdir: ${posix.relative(`/${prefix}`, `/${gitFolder}`)}\n`);
  const dotGit: TreeEntry = { path: '.git', mode: MODE_FILE, type: 'file', id: '', bytes: link };
  return [dotGit, ...entries].map((entry) => ({ ...entry, path: `${config.path}/${entry.path}` }));
}

function readConfigs(entries: readonly TreeEntry[]): readonly SubmoduleConfig[] {
  const file = entries.find(({ path }) => path === '.gitmodules');
  if (file === undefined) return [];
  if (file.type !== 'file') {
    throw new FluxError('git/invalid-submodule', "'.gitmodules' is a symbolic link", { hint: 'Make it a file' });
  }
  return parseGitmodules(new TextDecoder().decode(file.bytes));
}

function spend(budget: Budget, entries: readonly TreeEntry[]): void {
  for (const { bytes, path } of entries) budget.bytes -= bytes.length + path.length;
  if (budget.bytes >= 0) return;
  throw new FluxError('git/too-large', 'the repository and its submodules take more than the limit', {
    hint: 'Move large files out of the repository, or leave recurseSubmodules off',
  });
}
