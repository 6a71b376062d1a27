import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import type { EntryKind, FileSystem } from '../../core/filesystem.ts';
import { FluxError } from '../../core/errors.ts';
import { dirName, normalizePath } from '../../core/paths.ts';

/** Files of more bytes than this are refused before they are read. */
const LARGEST_FILE = 50_000_000;

/** Files of up to so many bytes are read as text in one go. */
const READ_AS_TEXT = 1_000_000;

/** A place on the disk, links resolved. */
interface Place {
  readonly real: string;
  /** The same within the tree. */
  readonly path: string;
  /** `undefined` for sockets, pipes and devices, which are nothing that a build may read. */
  readonly kind: EntryKind | undefined;
  /** Bytes, when it was looked at. */
  readonly size: number;
}

/**
 * Opens a directory of the disk as a tree of its own: `/` is that directory, and nothing outside it can be reached, not even
 * through symbolic links.
 *
 * Each path is resolved on every call, so a link that changes meanwhile is judged anew. In `inOneGo()` each is resolved once.
 *
 * Effects: reads the disk, now for the directory itself and whenever a method is called
 * Source: the behaviour of fluxcd/pkg kustomize/filesys (MakeFsOnDiskSecure)
 *
 * @param dir path on the disk; may itself be reached through links
 * @throws {FluxError} filesys/not-found: no such directory
 * @example openRooted('/tmp/artifact').readFile('/apps/kustomization.yaml')
 */
export function openRooted(dir: string): FileSystem {
  const root = realRoot(dir);
  const prefix = root.endsWith(sep) ? root : root + sep;

  /** The place on the disk with all links resolved; `undefined` where there is nothing. */
  function resolve(path: string): Place | undefined {
    const wanted = join(root, path);
    let real: string;
    try {
      // What isn't there is asked for often, and is told without an exception here.
      if (lstatSync(wanted, { throwIfNoEntry: false }) === undefined) return undefined;
      real = realpathSync.native(wanted);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(path, error);
    }
    demandWithin(real, path);
    const stats = statSync(real, { throwIfNoEntry: false });
    return stats === undefined ? undefined : { real, path: pathOf(real), kind: kindOf(stats), size: stats.size };
  }

  function pathOf(real: string): string {
    return real === root ? '/' : `/${real.slice(prefix.length).split(sep).join('/')}`;
  }

  function demandWithin(real: string, path: string): void {
    if (real === root || real.startsWith(prefix)) return;
    throw new FluxError('filesys/escape', `resolve "${path}": a symbolic link leads out of the root`, {
      source: { file: path },
      hint: 'keep what links point to inside the source',
    });
  }

  /** The same, with directories resolved once: what is no link and lies in one of them is where it seems to be. */
  function resolveOnce(places: Map<string, Place | undefined>, path: string): Place | undefined {
    const known = places.get(path);
    if (known !== undefined || places.has(path)) return known;
    const found = path === '/' ? resolve(path) : resolveBelow(places, path);
    places.set(path, found);
    return found;
  }

  function resolveBelow(places: Map<string, Place | undefined>, path: string): Place | undefined {
    const parent = dirName(path);
    const place = resolveOnce(places, parent);
    if (place?.kind !== 'directory') return undefined;
    const name = path.slice(parent === '/' ? 1 : parent.length + 1);
    const real = place.real.endsWith(sep) ? place.real + name : place.real + sep + name;
    let stats: ReturnType<typeof lstatSync>;
    try {
      stats = lstatSync(real, { throwIfNoEntry: false });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(path, error);
    }
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return resolve(path);
    return { real, path: place.path === '/' ? `/${name}` : `${place.path}/${name}`, kind: kindOf(stats), size: stats.size };
  }

  function makeTree(find: (path: string) => Place | undefined): FileSystem {
    const demand = (path: string): Place => {
      const place = find(path);
      if (place === undefined) throw notFound(path);
      return place;
    };
    return {
      stat: (path) => find(path)?.kind,
      readFile(path) {
        const { real, kind } = demand(path);
        if (kind !== 'file') throw notFile(path);
        return readWhole(real, path);
      },
      readText(path) {
        const { real, kind, size } = demand(path);
        if (kind !== 'file') throw notFile(path);
        return size > READ_AS_TEXT ? undefined : readAsText(real, path);
      },
      readDir(path) {
        const { real } = demand(path);
        try {
          return readdirSync(real).sort(compareBytes);
        } catch (error) {
          throw unreadable(path, error);
        }
      },
      realPath: (path) => demand(path).path,
      inOneGo() {
        const places = new Map<string, Place | undefined>();
        // Only paths in their normal form are kept, so that one that is there needs no second look.
        return makeTree((path) => places.get(path) ?? resolveOnce(places, normalizePath(path)));
      },
    };
  }

  return makeTree((path) => resolve(normalizePath(path)));
}

/** A file that has become a link is refused by these, and one that has become a pipe does not make us wait; Windows has neither. */
const FLAGS: number = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Reads a small file in one call, which puts U+FFFD in the place of what is not UTF-8. */
function readAsText(real: string, path: string): string | undefined {
  try {
    const text = readFileSync(real, { encoding: 'utf8', flag: FLAGS as unknown as string });
    return text.includes('\ufffd') ? undefined : text;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Reads a file whose links are resolved: one that has become a link, a pipe or a device meanwhile is refused. */
function readWhole(real: string, path: string): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(real, FLAGS);
    const stats = fstatSync(file);
    if (!stats.isFile()) throw notFile(path);
    if (stats.size > LARGEST_FILE) throw tooLarge(path, stats.size);
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return length === bytes.length ? bytes : bytes.subarray(0, length);
  } catch (error) {
    throw error instanceof FluxError ? error : unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function tooLarge(path: string, size: number): FluxError {
  return new FluxError('filesys/too-large', `read "${path}": it has ${size} bytes, at most ${LARGEST_FILE} are read`, {
    source: { file: path },
    hint: 'split the file, or leave it out of what is built: an object in a cluster holds about a megabyte',
  });
}

function notFile(path: string): FluxError {
  return new FluxError('filesys/not-file', `read "${path}": it is not a file`, { source: { file: path } });
}

function kindOf(stats: { isDirectory(): boolean; isFile(): boolean }): EntryKind | undefined {
  if (stats.isDirectory()) return 'directory';
  return stats.isFile() ? 'file' : undefined;
}

function realRoot(dir: string): string {
  try {
    const root = realpathSync.native(dir);
    if (statSync(root).isDirectory()) return root;
  } catch (error) {
    if (!isAbsent(error)) throw unreadable(dir, error);
  }
  throw notFound(dir);
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function notFound(path: string): FluxError {
  return new FluxError('filesys/not-found', `open "${path}": no such file or directory`, { source: { file: path } });
}

function unreadable(path: string, cause: unknown): FluxError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ELOOP')
    return new FluxError('filesys/escape', `resolve "${path}": too many symbolic links`, { source: { file: path }, cause });
  return new FluxError('filesys/unreadable', `read "${path}": ${code ?? 'failed'}`, { source: { file: path }, cause });
}

/** Byte order of the UTF-8 form. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
