import { FluxError } from '../../core/errors.ts';
import { DEFAULT_BRANCH } from './constants.ts';
import { parseConstraint } from './semver/constraint.ts';
import { satisfies } from './semver/satisfies.ts';
import { compareVersions, parseVersion, type Version } from './semver/version.ts';
import type { GitRef, RemoteRefs, Revision } from './types.ts';

/** A reference that was found, or several tags of one version among which only the commits' times decide. */
export type Selection = { readonly revision: Revision } | { readonly tied: readonly Revision[] };

/**
 * Finds the commit that a reference means among those that the server lists.
 *
 * A bare commit is taken as given: whether the repository has it shows when it is fetched.
 *
 * Effects: none
 * Source: fluxcd/pkg git/gogit/client.go (precedence), git/gogit/clone.go (messages, filterRefs, cloneSemVer)
 *
 * @throws {FluxError} git/empty-repository, git/ref-not-found, git/invalid-ref, git/invalid-semver, git/semver-no-match
 */
export function selectRevision(listed: RemoteRefs, ref: GitRef): Selection {
  if (listed.refs.size === 0) {
    throw new FluxError('git/empty-repository', 'git repository is empty', { hint: 'Push a first commit, or bootstrap it' });
  }
  if (ref.commit !== undefined && ref.commit !== '') return { revision: selectCommit(ref.commit, ref) };
  if (ref.name !== undefined && ref.name !== '') return { revision: selectName(listed, ref.name) };
  if (ref.tag !== undefined && ref.tag !== '') return { revision: selectTag(listed, ref.tag) };
  if (ref.semver !== undefined && ref.semver !== '') return selectSemver(listed, ref.semver);
  return { revision: selectBranch(listed, ref.branch === undefined || ref.branch === '' ? DEFAULT_BRANCH : ref.branch) };
}

/**
 * Writes a revision as `status.artifact.revision` has it.
 *
 * Effects: none
 * Source: fluxcd/pkg git/git.go
 *
 * @example formatRevision('main', '…40 digits…') // 'main@sha1:…'
 */
export function formatRevision(name: string, commit: string): string {
  return name === '' ? `sha1:${commit}` : `${name}@sha1:${commit}`;
}

/** The commit is what is taken; a name or branch beside it only shows in the revision. */
function selectCommit(commit: string, { name = '', branch = '' }: GitRef): Revision {
  if (!/^[0-9a-f]{40}$/i.test(commit)) {
    throw new FluxError('git/invalid-ref', `commit '${commit}' is not a commit id of 40 hexadecimal digits`, {
      hint: 'Short ids are not taken; "git rev-parse COMMIT" prints the whole one',
      terminal: true,
    });
  }
  const id = commit.toLowerCase();
  if (name !== '') return { commit: id, revision: formatRevision(name, id), refName: name };
  if (branch === '') return { commit: id, revision: formatRevision('', id) };
  return { commit: id, revision: formatRevision(branch, id), refName: `refs/heads/${branch}` };
}

function selectName(listed: RemoteRefs, name: string): Revision {
  if (name.startsWith('/') || name.endsWith('/')) {
    throw new FluxError('git/invalid-ref', `ref ${name} is invalid; Git refs cannot begin or end with a slash '/'`, {
      terminal: true,
    });
  }
  const bare = name.endsWith('^{}') ? name.slice(0, -3) : name;
  const commit = listed.peeled.get(bare) ?? listed.refs.get(bare);
  if (commit === undefined) throw notFound(`unable to resolve ref '${name}' to a specific commit`, listed);
  const tagId = listed.peeled.has(bare) ? listed.refs.get(bare) : undefined;
  return { commit, revision: formatRevision(name, commit), refName: bare, ...(tagId === undefined ? {} : { tagId }) };
}

function selectTag(listed: RemoteRefs, tag: string): Revision {
  const refName = `refs/tags/${tag}`;
  const id = listed.refs.get(refName);
  if (id === undefined) throw notFound(`couldn't find remote ref "${refName}"`, listed);
  const peeled = listed.peeled.get(refName);
  const commit = peeled ?? id;
  return { commit, revision: formatRevision(tag, commit), refName, ...(peeled === undefined ? {} : { tagId: id }) };
}

function selectBranch(listed: RemoteRefs, branch: string): Revision {
  const refName = `refs/heads/${branch}`;
  const commit = listed.refs.get(refName);
  if (commit === undefined) throw notFound(`couldn't find remote ref "${refName}"`, listed);
  return { commit, revision: formatRevision(branch, commit), refName };
}

function selectSemver(listed: RemoteRefs, text: string): Selection {
  const constraint = parseConstraint(text);
  let best: Version | undefined;
  let tags: string[] = [];
  for (const name of listed.refs.keys()) {
    if (!name.startsWith('refs/tags/')) continue;
    const tag = name.slice('refs/tags/'.length);
    // Two dots are a must: a tag like v1.2 is not taken for a version.
    const version = tag.split('.').length >= 3 ? parseVersion(tag) : undefined;
    if (version === undefined || !satisfies(version, constraint)) continue;
    const order = best === undefined ? 1 : compareVersions(version, best);
    if (order < 0) continue;
    if (order > 0) tags = [];
    best = version;
    tags.push(tag);
  }
  if (best === undefined) {
    throw new FluxError('git/semver-no-match', `no match found for semver: ${text}`, {
      hint: 'Only tags of the form 1.2.3 or v1.2.3 count, and pre-releases only if the constraint names one (>=1.0.0-0)',
    });
  }
  const tied = tags.map((tag) => selectTag(listed, tag));
  const [only] = tied;
  return tied.length === 1 && only !== undefined ? { revision: only } : { tied };
}

function notFound(message: string, listed: RemoteRefs): FluxError {
  const branches = [...listed.refs.keys()].filter((name) => name.startsWith('refs/heads/')).map((name) => name.slice(11));
  const shown = branches.slice(0, 5).join(', ');
  return new FluxError('git/ref-not-found', message, {
    hint:
      branches.length === 0
        ? 'The repository has no branches'
        : `Branches there are: ${shown}${branches.length > 5 ? ', …' : ''}`,
    details: { branches: branches.slice(0, 100) },
  });
}
