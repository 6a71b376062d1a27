import { formatSubject } from '../../core/objects.ts';
import type { Change } from './types.ts';

/** One line per change, as Flux writes them into events: `Deployment/apps/web configured`. */
export function formatChangeSet(entries: readonly Change[]): string {
  return entries.map(({ ref, action }) => `${formatSubject(ref)} ${action}`).join('\n');
}
