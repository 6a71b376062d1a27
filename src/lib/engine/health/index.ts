export { checkReport, formatFailure, unhealthyOf } from './check-report.ts';
export { shareWatches } from './share-watches.ts';
export type { HealthClock, HealthReader, HealthReport, ObjectHealth, WaitOptions } from './types.ts';
export { waitFor } from './wait-for.ts';
