import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { EntryKind, FileSystem } from '../../core/filesystem.ts';
import { FluxError } from '../../core/errors.ts';
import { normalizePath } from '../../core/paths.ts';

/**
 * Opens a directory of the disk as a tree of its own: `/` is that directory, and nothing outside it can be reached, not even
 * through symbolic links.
 *
 * Each path is resolved on every call, so a link that changes meanwhile is judged anew.
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
  function resolve(path: string): string | undefined {
    const wanted = join(root, normalizePath(path));
    let real: string;
    try {
      real = realpathSync.native(wanted);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(path, error);
    }
    if (real !== root && !real.startsWith(prefix)) {
      throw new FluxError('filesys/escape', `resolve "${path}": a symbolic link leads out of the root`, {
        source: { file: path },
        hint: 'keep what links point to inside the source',
      });
    }
    return real;
  }

  function demand(path: string): string {
    const real = resolve(path);
    if (real === undefined) throw notFound(path);
    return real;
  }

  return {
    stat(path): EntryKind | undefined {
      // What isn't there is asked for often, and is told without an exception here.
      if (isNowhere(join(root, normalizePath(path)))) return undefined;
      const real = resolve(path);
      if (real === undefined) return undefined;
      const stats = statSync(real, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (stats.isDirectory()) return 'directory';
      // Sockets, pipes and devices are nothing that a build may read.
      return stats.isFile() ? 'file' : undefined;
    },
    readFile(path) {
      const real = demand(path);
      try {
        if (!statSync(real).isFile())
          throw new FluxError('filesys/not-file', `read "${path}": it is not a file`, { source: { file: path } });
        return readFileSync(real);
      } catch (error) {
        throw error instanceof FluxError ? error : unreadable(path, error);
      }
    },
    readDir(path) {
      const real = demand(path);
      try {
        return readdirSync(real).sort(compareBytes);
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    realPath(path) {
      const real = demand(path);
      return real === root ? '/' : `/${real.slice(prefix.length).split(sep).join('/')}`;
    },
  };
}

function isNowhere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
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
