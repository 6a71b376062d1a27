import { type HealthReader, shareWatches } from '../../engine/health/index.ts';
import { type AccessReviewer, rememberGrants, selfReviewer } from '../../engine/rbac/index.ts';
import { createSeenObjects, type SeenObjects } from '../../engine/ssa/index.ts';
import type { ActingIdentity, WorldPort } from './ports.ts';

/** What several runs as one identity need not find out each by itself. */
export interface ActingMemory {
  readonly seen: SeenObjects;
  readonly reviewer: AccessReviewer;
  /** Reads the cluster for all that wait for health. */
  readonly health: HealthReader;
}

/** What the runs of one command share. */
export interface RunMemory {
  /** Never shared between identities, nor between clusters. */
  of(acting: ActingIdentity): ActingMemory;
  /** Lets everything go. */
  clear(): void;
}

/** Long enough for the runs of one graph, too short for anybody to wonder why a right that was taken is still there. */
const GRANTED_FOR_MS = 10_000;

/**
 * Makes an empty memory.
 *
 * Effects: none by itself
 */
export function createRunMemory({ now }: Pick<WorldPort, 'now'>): RunMemory {
  const memories = new Map<string, ActingMemory>();
  return {
    of(acting) {
      // Which cluster that is, and as whom one is there, only its kubeconfig knows.
      const key = acting.server === undefined ? (acting.user ?? '') : undefined;
      const before = key === undefined ? undefined : memories.get(key);
      if (before !== undefined) return before;
      const memory = {
        seen: createSeenObjects(),
        reviewer: rememberGrants(selfReviewer(acting.kube), now, GRANTED_FOR_MS),
        health: shareWatches(acting.kube),
      };
      if (key !== undefined) memories.set(key, memory);
      return memory;
    },
    clear: () => memories.clear(),
  };
}
