import { FluxError } from '../../core/errors.ts';
import { REASON } from '../../core/flux.ts';
import type { ArchiveEntry } from '../../engine/artifact/index.ts';
import type { SourceInclude } from './source-shape.ts';

/** How many links one path may lead through. */
const MAX_LINKS = 255;

/**
 * Finds where a path of a repository leads, without ever leaving it: `..` stops at the root, and links are followed within.
 *
 * Effects: none
 * Source: github.com/cyphar/filepath-securejoin SecureJoin
 *
 * @param entries by path
 * @returns the path without links; empty for the root
 * @throws {FluxError} reconcile/include-path: links that lead in a circle
 */
export function securePath(entries: ReadonlyMap<string, ArchiveEntry>, path: string): string {
  const rest = path.split('/');
  let done: string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const part = rest.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const entry = entries.get([...done, part].join('/'));
    if (entry?.type !== 'symlink') {
      done.push(part);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) {
      throw new FluxError('reconcile/include-path', `'${path}' leads through too many symbolic links`, {
        hint: 'Mend the links in the repository',
        details: { reason: REASON.illegalPath },
      });
    }
    const target = new TextDecoder().decode(entry.bytes);
    if (target.startsWith('/')) done = [];
    rest.unshift(...target.split('/'));
  }
  return done.join('/');
}

/** Tells whether something lies at a path: a file, a link, or a directory. */
export function existsIn(entries: ReadonlyMap<string, ArchiveEntry>, path: string): boolean {
  return path === '' || entries.has(path) || hasBelow(entries, path);
}

/**
 * Puts the files of an included artifact in, where the include says, as moving a folder there would do.
 *
 * Effects: changes `entries`
 * Source: source-controller reconcileInclude; fluxcd/pkg artifact/storage/filesystem.go CopyToPath
 *
 * @param entries the repository's, by path
 * @param included the artifact's
 * @throws {FluxError} reconcile/include-failed: nothing there to take, or something else is in the way
 */
export function placeInclude(
  entries: Map<string, ArchiveEntry>,
  included: readonly ArchiveEntry[],
  include: SourceInclude,
): void {
  const fail = (why: string): FluxError =>
    new FluxError(
      'reconcile/include-failed',
      `failed to copy '${include.name}' include from ${include.fromPath} to ${include.toPath}: ${why}`,
      { hint: 'Mend fromPath and toPath in spec.include', details: { reason: REASON.copyFailure } },
    );
  const to = securePath(entries, include.toPath);
  const source = new Map(included.map((entry) => [entry.path, entry]));
  const from = securePath(source, include.fromPath);
  if (!existsIn(source, from)) throw fail(`cannot stat ${from}: no such file or directory`);
  const parents = to.split('/').slice(0, -1);
  for (const [index] of parents.entries()) {
    const parent = parents.slice(0, index + 1).join('/');
    if (entries.get(parent)?.type === 'file') throw fail(`mkdir ${parent}: not a directory`);
  }
  const before = entries.get(to);
  const isFile = source.get(from)?.type === 'file';
  const isDirectoryThere = to === '' || hasBelow(entries, to) || before?.type === 'directory' || before?.type === 'submodule';
  if (to === '' || hasBelow(entries, to) || (isFile && isDirectoryThere)) throw fail(`cannot rename to ${to}: file exists`);
  if (!isFile && before?.type === 'file') throw fail(`cannot rename to ${to}: not a directory`);
  const file = source.get(from);
  if (isFile && file !== undefined) {
    entries.set(to, { ...file, path: to });
    return;
  }
  entries.set(to, { path: to, mode: 0o40000, type: 'directory', bytes: new Uint8Array() });
  for (const entry of included) {
    if (entry.path === from || !isBelow(entry.path, from)) continue;
    const path = `${to}/${from === '' ? entry.path : entry.path.slice(from.length + 1)}`;
    entries.set(path, { ...entry, path });
  }
}

function hasBelow(entries: ReadonlyMap<string, ArchiveEntry>, path: string): boolean {
  for (const other of entries.keys()) if (isBelow(other, path)) return true;
  return false;
}

function isBelow(path: string, directory: string): boolean {
  return directory === '' || path.startsWith(`${directory}/`);
}
