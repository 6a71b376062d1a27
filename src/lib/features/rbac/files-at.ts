import { fromMemory } from '../../engine/filesys/index.ts';
import type { LocalRepository } from '../../engine/git/index.ts';
import type { FilesAt } from './diff-rights.ts';

/**
 * Takes the files of a revision out of a repository on this disk. Links are left out, as Flux leaves them out of artifacts.
 *
 * Effects: reads the disk
 *
 * @throws {FluxError} git/ref-not-found; git/…
 */
export function filesAt(repository: LocalRepository, revision: string): FilesAt {
  const commit = repository.resolve(revision);
  const files = new Map<string, Uint8Array>();
  for (const { path, type, bytes } of repository.readTree(commit).entries) if (type === 'file') files.set(path, bytes);
  return { revision, commit, files: fromMemory(files) };
}
