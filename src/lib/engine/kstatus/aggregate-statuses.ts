import type { Status } from './types.ts';

/**
 * Joins the statuses of many objects into one: the worst that is there, Current only if all are.
 *
 * Effects: none
 * Source: fluxcd/cli-utils pkg/kstatus/polling/aggregator, wanting Current
 */
export function aggregateStatuses(statuses: readonly Status[]): Status {
  if (statuses.includes('Unknown')) return 'Unknown';
  if (statuses.includes('Failed')) return 'Failed';
  return statuses.every((status) => status === 'Current') ? 'Current' : 'InProgress';
}
