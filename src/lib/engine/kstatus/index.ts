export { aggregateStatuses } from './aggregate-statuses.ts';
export { computeStatus } from './compute-status.ts';
export { isTransientPodFailure } from './pod-status.ts';
export type { Status, StatusResult } from './types.ts';
