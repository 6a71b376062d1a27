import { formatSubject, groupOf, type ObjectRef } from '../../core/objects.ts';
import type { StatusResult } from '../kstatus/index.ts';
import type { ObjectHealth } from './types.ts';

/** The last known status of each object waited for. */
export interface StatusBoard {
  readonly objects: () => readonly ObjectHealth[];
  /** Notes a status; what is not waited for is not noted. */
  readonly note: (ref: ObjectRef, result: StatusResult) => void;
  /** References that are not Current, in order. */
  readonly pending: () => readonly ObjectRef[];
}

/**
 * Makes a board on which nothing is known yet.
 *
 * @param onChange called after a status changed
 */
export function createStatusBoard(refs: readonly ObjectRef[], onChange: (object: ObjectHealth) => void): StatusBoard {
  const byKey = new Map<string, ObjectHealth>();
  for (const ref of refs) byKey.set(keyOf(ref), { ref, status: 'Unknown', reason: '', message: 'not looked at yet' });
  return {
    objects: () => [...byKey.values()],
    note: (ref, result) => {
      const before = byKey.get(keyOf(ref));
      if (before === undefined) return;
      const after = { ref: before.ref, status: result.status, reason: result.reason, message: result.message };
      byKey.set(keyOf(ref), after);
      if (before.status !== after.status || before.message !== after.message) onChange(after);
    },
    pending: () => [...byKey.values()].filter(({ status }) => status !== 'Current').map(({ ref }) => ref),
  };
}

/** One key per object, whatever the version. */
export function keyOf(ref: ObjectRef): string {
  return `${groupOf(ref)}/${formatSubject(ref)}`;
}
