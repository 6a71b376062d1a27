import { Buffer } from 'node:buffer';

import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatPack } from './pack/format-pack.ts';
import { parsePack } from './pack/parse-pack.ts';
import type { ObjectMap } from './pack/types.ts';
import { parseRemoteUrl } from './parse-remote-url.ts';
import { selectReachable } from './select-reachable.ts';
import type { FetchOptions, PackKeeper, Remote } from './types.ts';
import { type FetchRequest, formatFetchRequest } from './wire/format-fetch-request.ts';
import type { Advertisement } from './wire/read-advertisement.ts';
import { readFetchAnswer } from './wire/read-fetch-answer.ts';
import { type OpenSession, withSession } from './with-session.ts';

/** A commit to fetch and, if it was found by an annotated one, its tag. */
export interface WantedCommit {
  readonly commit: string;
  readonly tagId?: string;
}

/**
 * Asks an open session for a pack and unpacks it.
 *
 * Effects: uses the session up
 *
 * @throws {FluxError} as `readFetchAnswer` and `parsePack`
 */
export async function requestObjects(open: OpenSession, request: FetchRequest): Promise<ObjectMap> {
  return parsePack(await requestPack(open, request), open.maxBytes);
}

async function requestPack(open: OpenSession, request: FetchRequest): Promise<Buffer> {
  const { capabilities } = open.advertisement;
  const answer = await open.session.exchange(formatFetchRequest(request, capabilities));
  return readFetchAnswer(answer, capabilities, open.maxBytes);
}

/**
 * Asks an open session for one commit without its history, unless that is kept.
 *
 * Effects: may use the session up
 *
 * @returns `undefined` where the server doesn't give the commit out: some give only what their references point to
 */
export async function requestCommit(
  open: OpenSession,
  wanted: WantedCommit,
  kept?: { readonly packs: PackKeeper; readonly key: string },
): Promise<ObjectMap | undefined> {
  let objects: ObjectMap | undefined;
  const load = async (): Promise<Uint8Array | undefined> => {
    const wants = wanted.tagId === undefined ? [wanted.commit] : [wanted.tagId, wanted.commit];
    try {
      const pack = await requestPack(open, { wants, depth: 1 });
      objects = parsePack(pack, open.maxBytes);
      return objects.has(wanted.commit) ? pack : undefined;
    } catch (error) {
      if (isListed(open.advertisement, wanted.commit) || !isRefusal(error)) throw error;
      return undefined;
    }
  };
  const pack = await (kept === undefined ? load() : kept.packs.keep(kept.key, load));
  if (pack === undefined) return undefined;
  objects ??= parsePack(Buffer.from(pack.buffer, pack.byteOffset, pack.length), open.maxBytes);
  return objects.has(wanted.commit) ? objects : undefined;
}

/** What `requestCommit` takes to keep a commit of a remote. */
export function keptCommit(
  remote: Remote,
  wanted: WantedCommit,
  { packs }: FetchOptions,
): { packs: PackKeeper; key: string } | undefined {
  if (packs === undefined) return undefined;
  const id = wanted.tagId === undefined ? wanted.commit : `${wanted.commit}+${wanted.tagId}`;
  return { packs, key: `git ${parseRemoteUrl(remote.url).display}@${id}` };
}

/**
 * Fetches all branches and tags with their whole history, and looks for a commit among them, as upstream always does
 * for a bare commit.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} git/commit-not-found: the repository doesn't have it
 */
export async function fetchHistory(remote: Remote, wanted: WantedCommit, options: FetchOptions): Promise<ObjectMap> {
  const load = async (): Promise<ObjectMap> => {
    const objects = await withSession(remote, 'git-upload-pack', options, (open) => {
      const names = [...open.advertisement.refs].filter(
        ([name]) => name.startsWith('refs/heads/') || name.startsWith('refs/tags/'),
      );
      return requestObjects(open, { wants: [...new Set(names.map(([, id]) => id))] });
    });
    if (objects.has(wanted.commit)) return selectReachable(objects, wanted);
    throw new FluxError('git/commit-not-found', `unable to resolve commit object for '${wanted.commit}': object not found`, {
      hint: 'Check the commit id, and that a branch or tag of the repository contains it',
    });
  };
  const objects = await load();
  // Of a whole history only the one commit is kept.
  const kept = keptCommit(remote, wanted, options);
  await kept?.packs.keep(kept.key, () => Promise.resolve(formatPack([...objects.values()])));
  return objects;
}

function isListed(advertisement: Advertisement, commit: string): boolean {
  return [...advertisement.refs.values(), ...advertisement.peeled.values()].includes(commit);
}

function isRefusal(error: unknown): boolean {
  return isFluxError(error, 'git/remote-error') || isFluxError(error, 'git/protocol-error');
}
