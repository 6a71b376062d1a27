import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FluxError } from '../../../core/errors.ts';

/** Where a repository on this disk has its things. */
export interface LocalPlaces {
  /** Root of the working copy; that of a bare repository is its own folder. */
  readonly root: string;
  /** Has HEAD. */
  readonly gitDir: string;
  /** Has objects and references; another one than `gitDir` in a linked working copy. */
  readonly commonDir: string;
}

/**
 * Finds the repository that a folder is in, as git does: in it or in one above.
 *
 * Effects: reads the disk
 * Source: git Documentation/gitrepository-layout.txt
 *
 * @throws {FluxError} git/no-repository; git/unsupported: SHA-256 or reftable
 */
export function findRepository(folder: string): LocalPlaces {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const inside = join(at, '.git');
    const gitDir = existsSync(inside) ? followFile(inside) : isBare(at) ? at : undefined;
    if (gitDir !== undefined) return checkFormat({ root: at, gitDir, commonDir: commonDirOf(gitDir) });
    if (dirname(at) === at) break;
  }
  throw new FluxError('git/no-repository', `${folder} is in no Git repository`, {
    hint: 'run it in a working copy, or name a folder of one',
  });
}

/** A linked working copy has a file that names the folder. */
function followFile(path: string): string {
  if (statSync(path).isDirectory()) return path;
  const target = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1]?.trim() ?? '';
  return resolve(dirname(path), target);
}

function commonDirOf(gitDir: string): string {
  const file = join(gitDir, 'commondir');
  return existsSync(file) ? resolve(gitDir, readFileSync(file, 'utf8').trim()) : gitDir;
}

function isBare(folder: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(folder, name)));
}

function checkFormat(places: LocalPlaces): LocalPlaces {
  const config = join(places.commonDir, 'config');
  const text = existsSync(config) ? readFileSync(config, 'utf8') : '';
  const odd = /^\s*objectformat\s*=\s*sha256/im.test(text)
    ? 'SHA-256 ids'
    : /^\s*refstorage\s*=\s*reftable/im.test(text)
      ? 'reftable'
      : '';
  if (odd === '') return places;
  throw new FluxError('git/unsupported', `the repository ${places.root} has ${odd}, which cannot be read here`, {
    hint: 'use a clone with SHA-1 ids and references in files',
  });
}
