import { Buffer } from 'node:buffer';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { FluxError } from '../../../core/errors.ts';
import { DEFAULT_MAX_BYTES } from '../constants.ts';
import { corruptError } from '../errors.ts';
import { parseCommit } from '../objects/commit.ts';
import { parseTag } from '../objects/parse-tag.ts';
import { MODE_DIRECTORY, MODE_SUBMODULE, parseTree } from '../objects/tree.ts';
import type { GitObject, ObjectMap, ObjectType } from '../pack/types.ts';
import { readTreeEntries } from '../read-tree-entries.ts';
import type { FetchedTree } from '../types.ts';
import { findRepository } from './find-repository.ts';
import { type LocalPack, openLocalPack } from './pack-index.ts';

/** A repository on this disk, for reading. */
export interface LocalRepository {
  /** Root of the working copy. */
  readonly root: string;
  /**
   * Finds the commit that a name means, as `git rev-parse` does: branches, tags, remote branches, ids and their beginnings,
   * `HEAD`, `@`, with `~2` and `^` behind.
   *
   * @throws {FluxError} git/ref-not-found
   */
  resolve(name: string): string;
  /** Reads the files of a commit. */
  readTree(commit: string): FetchedTree;
}

/**
 * Opens the repository that a folder is in, without a git binary. Nothing of it is changed.
 *
 * Effects: reads the disk
 * Source: git Documentation/gitrepository-layout.txt, gitrevisions.txt
 * Differs: of the ways to name a revision those with dates, reflogs, searches and ranges are left out
 *
 * @throws {FluxError} git/no-repository, git/unsupported, git/corrupt-data
 */
export function openLocal(folder: string, maxBytes: number = DEFAULT_MAX_BYTES): LocalRepository {
  const places = findRepository(folder);
  const stores = listStores(join(places.commonDir, 'objects'));
  const packs: LocalPack[] = stores.flatMap((store) => {
    const dir = join(store, 'pack');
    const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.idx')) : [];
    return names.map((name) => openLocalPack(join(dir, name), maxBytes));
  });

  const find = (id: string): GitObject | undefined => {
    for (const store of stores) {
      const path = join(store, id.slice(0, 2), id.slice(2));
      if (existsSync(path)) return readLoose(path, maxBytes);
    }
    for (const pack of packs) {
      const found = pack.read(id, read);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const read = (id: string): GitObject => {
    const found = find(id);
    if (found !== undefined) return found;
    throw new FluxError('git/commit-not-found', `the repository ${places.root} does not have the object ${id}`, {
      hint: 'a shallow or partial clone has not got all: git fetch --unshallow',
    });
  };
  const matching = (prefix: string): string[] => {
    const loose = stores.flatMap((store) => {
      const dir = join(store, prefix.slice(0, 2));
      return existsSync(dir) ? readdirSync(dir).map((rest) => prefix.slice(0, 2) + rest) : [];
    });
    return [...new Set([...loose.filter((id) => id.startsWith(prefix)), ...packs.flatMap((pack) => pack.match(prefix))])];
  };
  const notFound = (name: string, why = ''): FluxError =>
    new FluxError('git/ref-not-found', `the repository ${places.root} has no revision ${JSON.stringify(name)}${why}`, {
      hint: 'name a branch, a tag, origin/BRANCH or a commit that was fetched: git fetch origin BRANCH',
    });
  const peel = (id: string, name: string): string => {
    const object = read(id);
    if (object.type === 'commit') return id;
    if (object.type === 'tag') return peel(parseTag(id, object.bytes).target, name);
    throw notFound(name, `: ${id} is a ${object.type}`);
  };
  const lookUp = (name: string): string | undefined => {
    const wanted = name === '@' ? 'HEAD' : name;
    for (const place of ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']) {
      const found = readRef(`${place}${wanted}`, places.gitDir, places.commonDir);
      if (found !== undefined) return found;
    }
    const head = readRef(`refs/remotes/${wanted}/HEAD`, places.gitDir, places.commonDir);
    if (head !== undefined) return head;
    if (!/^[0-9a-f]{4,40}$/.test(wanted)) return undefined;
    const ids = matching(wanted);
    const commits = ids.length > 1 ? ids.filter((id) => ['commit', 'tag'].includes(read(id).type)) : ids;
    if (commits.length > 1) throw notFound(name, `: ${commits.length} commits begin so`);
    return commits[0];
  };
  return {
    root: places.root,
    resolve(name) {
      const [, base = '', steps = ''] = /^(.*?)((?:[~^]\d*|\^\{(?:commit)?\})*)$/s.exec(name) ?? [];
      const start = base === '' ? undefined : lookUp(base);
      if (start === undefined) throw notFound(name);
      let id = peel(start, name);
      for (const [step] of steps.matchAll(/[~^]\d*(?:\{(?:commit)?\})?/g)) {
        if (step.startsWith('^{')) continue;
        const count = step.length === 1 ? 1 : Number(step.slice(1));
        const turns = step.startsWith('~') ? Array.from({ length: count }, () => 1) : count === 0 ? [] : [count];
        for (const turn of turns) {
          const parent = parseCommit(id, read(id).bytes).parents[turn - 1];
          if (parent === undefined) throw notFound(name, `: ${id.slice(0, 12)} has no such parent`);
          id = peel(parent, name);
        }
      }
      return id;
    },
    readTree(commit) {
      const object = read(commit);
      if (object.type !== 'commit') throw corruptError(`${commit} is no commit`);
      const parsed = parseCommit(commit, object.bytes);
      const objects = new Map<string, GitObject>();
      collect(parsed.tree, 'tree', objects, read);
      return { commit: parsed, entries: readTreeEntries(objects as ObjectMap, parsed.tree, maxBytes) };
    },
  };
}

/** Reads what is below a tree, each object once. */
function collect(id: string, type: ObjectType, objects: Map<string, GitObject>, read: (id: string) => GitObject): void {
  if (objects.has(id)) return;
  const object = read(id);
  objects.set(id, object);
  if (type !== 'tree') return;
  for (const item of parseTree(object.bytes)) {
    if (item.mode !== MODE_SUBMODULE) collect(item.id, item.mode === MODE_DIRECTORY ? 'tree' : 'blob', objects, read);
  }
}

/** The folder with objects, and those that it borrows from. */
function listStores(objects: string, seen: readonly string[] = []): string[] {
  if (seen.includes(objects) || seen.length > 5) return [];
  const file = join(objects, 'info', 'alternates');
  const others = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
    : [];
  return [objects, ...others.flatMap((other) => listStores(resolve(objects, other), [...seen, objects]))];
}

function readLoose(path: string, maxBytes: number): GitObject {
  const bytes = inflateSync(readFileSync(path), { maxOutputLength: maxBytes + 64 });
  const zero = bytes.indexOf(0);
  const [type = ''] = bytes.toString('latin1', 0, zero).split(' ');
  if (!['commit', 'tree', 'blob', 'tag'].includes(type)) throw corruptError(`${path} is no object`);
  return { type: type as ObjectType, bytes: Buffer.from(bytes.subarray(zero + 1)) };
}

/** Follows a reference to an id; a name must not lead out of the repository. */
function readRef(name: string, gitDir: string, commonDir: string, depth = 0): string | undefined {
  if (depth > 5 || name.split('/').some((part) => part === '..' || part === '') || /[\0\\]/.test(name)) return undefined;
  const isOwn = /^[A-Z_]+$/.test(name);
  if (!isOwn && !name.startsWith('refs/')) return undefined;
  const file = join(isOwn ? gitDir : commonDir, name);
  const text = existsSync(file) ? readText(file) : undefined;
  const target = /^ref: (.+)$/.exec(text ?? '')?.[1];
  if (target !== undefined) return readRef(target, gitDir, commonDir, depth + 1);
  if (text !== undefined && /^[0-9a-f]{40}$/.test(text)) return text;
  const packed = join(commonDir, 'packed-refs');
  if (isOwn || !existsSync(packed)) return undefined;
  for (const line of readFileSync(packed, 'utf8').split('\n')) {
    if (line.slice(41) === name) return line.slice(0, 40);
  }
  return undefined;
}

/** A folder is no reference: `refs/heads/team` where there is `refs/heads/team/web`. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
