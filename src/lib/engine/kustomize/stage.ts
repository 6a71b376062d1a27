import type { ResourceSet } from './resource-set.ts';

/** One step of a build: it changes the resources of a set. */
export type Stage = (set: ResourceSet) => void;
