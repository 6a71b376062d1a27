import type { KeptArtifactOptions } from './fetch-kept-artifact.ts';
import type { ReconcilePorts } from './ports.ts';
import { createSourceContents, type FindSource, type SourceContents } from './source-contents.ts';

/** A cache that holds no more than it must. */
export interface BoundedContents extends SourceContents {
  /** Lets everything go: it is read again when it is wanted. */
  clear(): void;
}

/**
 * Makes a cache for a run that does not end.
 *
 * Effects: none by itself
 */
export function createBoundedContents(ports: ReconcilePorts, find: FindSource, options: KeptArtifactOptions): BoundedContents {
  let current = createSourceContents(ports, find, options);
  return {
    get packs() {
      return current.packs;
    },
    fetch: (repository, revision) => current.fetch(repository, revision),
    build: (repository, checkout, included, onStage) => current.build(repository, checkout, included, onStage),
    clear() {
      current = createSourceContents(ports, find, options);
    },
  };
}
