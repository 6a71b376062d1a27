import type { StatusResult } from './types.ts';

/** Done. */
export function current(message: string): StatusResult {
  return { status: 'Current', reason: '', message };
}

/** Not done yet. */
export function inProgress(reason: string, message: string): StatusResult {
  return { status: 'InProgress', reason, message };
}

/** Will not get done without a change. */
export function failed(reason: string, message: string): StatusResult {
  return { status: 'Failed', reason, message };
}
