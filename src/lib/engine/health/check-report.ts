import { FluxError } from '../../core/errors.ts';
import { formatSubject } from '../../core/objects.ts';
import type { HealthReport, ObjectHealth } from './types.ts';

/**
 * Words why objects are not healthy, as Flux does; empty where they are.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/manager_wait.go
 *
 * @example formatFailure(report) // "timeout waiting for: [Deployment/apps/web status: 'InProgress']"
 */
export function formatFailure(report: HealthReport): string {
  if (report.outcome === 'ready') return '';
  const named = unhealthyOf(report).map(({ ref, status }) => `${formatSubject(ref)} status: '${status}'`);
  const what = report.outcome === 'timeout' ? 'timeout waiting for' : 'failed early due to stalled resources';
  return `${what}: [${named.join(', ')}]`;
}

/** The objects to blame: those that failed, or, after a timeout, all that are not Current. */
export function unhealthyOf(report: HealthReport): readonly ObjectHealth[] {
  return report.objects.filter(({ status }) =>
    report.outcome === 'timeout' ? status !== 'Current' : report.outcome === 'failed' && status === 'Failed',
  );
}

/**
 * Refuses a report that is not good.
 *
 * @param prefix goes before Flux's words
 * @throws {FluxError} health/failed, health/timeout: with the objects in `details.objects`
 */
export function checkReport(report: HealthReport, prefix = ''): void {
  if (report.outcome === 'ready') return;
  const objects = unhealthyOf(report);
  const [first] = objects;
  throw new FluxError(report.outcome === 'timeout' ? 'health/timeout' : 'health/failed', `${prefix}${formatFailure(report)}`, {
    ...(first === undefined ? {} : { subject: first.ref, hint: `${formatSubject(first.ref)}: ${first.message}` }),
    details: { objects },
  });
}
