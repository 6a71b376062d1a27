export { acquireLease, formatIdentity } from './acquire-lease.ts';
export { formatLeaseRecord, type LeaseRecord, parseLeaseRecord } from './lease-record.ts';
export { type LeaseWaiter, waitForLease, type WaitForLeaseOptions } from './wait-for-lease.ts';
export type { HeldLease, LeaseClient, LeaseClock, LeaseOptions } from './types.ts';
