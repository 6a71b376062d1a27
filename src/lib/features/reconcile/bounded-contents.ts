import { formatSubject, refOf } from '../../core/objects.ts';
import type { ReconcilePorts } from './ports.ts';
import { createSourceContents, type SourceContents } from './source-contents.ts';

/** A cache that holds no more than it must. */
export interface BoundedContents extends SourceContents {
  /** Lets everything go: it is read again when it is wanted. */
  clear(): void;
}

/**
 * Makes a cache for a run that does not end: of each source it holds the files of one revision.
 *
 * Effects: none by itself
 */
export function createBoundedContents(ports: ReconcilePorts): BoundedContents {
  const kept = new Map<string, { revision: string; contents: SourceContents }>();
  return {
    fetch: async (repository, revision) => {
      const key = formatSubject(refOf(repository));
      const wanted = typeof revision === 'string' ? revision : revision.revision;
      let entry = kept.get(key);
      if (entry?.revision !== wanted) {
        entry = { revision: wanted, contents: createSourceContents(ports) };
        kept.set(key, entry);
      }
      try {
        return await entry.contents.fetch(repository, revision);
      } catch (error) {
        // What failed once may not fail again.
        if (kept.get(key) === entry) kept.delete(key);
        throw error;
      }
    },
    clear: () => kept.clear(),
  };
}
