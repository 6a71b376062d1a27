import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { checkReport, formatFailure } from '../../../../../src/lib/engine/health/check-report.ts';
import type { HealthReport } from '../../../../../src/lib/engine/health/types.ts';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'apps', name: 'web' };
const report = (outcome: HealthReport['outcome']): HealthReport => ({
  outcome,
  elapsedMs: 1,
  objects: [
    { ref: WEB, status: 'InProgress', reason: 'LessReplicas', message: 'Replicas: 0/3' },
    { ref: { ...WEB, name: 'job', kind: 'Job' }, status: 'Failed', reason: 'JobFailed', message: 'Job Failed' },
  ],
});

it('formatFailure() blames all that is not ready after health/timeout, and what failed otherwise', () => {
  assert.equal(
    formatFailure(report('timeout')),
    "timeout waiting for: [Deployment/apps/web status: 'InProgress', Job/apps/job status: 'Failed']",
  );
  assert.equal(formatFailure(report('failed')), "failed early due to stalled resources: [Job/apps/job status: 'Failed']");
  assert.equal(formatFailure(report('ready')), '');
});

it('checkReport() throws health/failed and health/timeout with the cause in the hint', () => {
  checkReport(report('ready'));
  assert.throws(
    () => checkReport(report('failed'), 'health check failed after 1s: '),
    (error) =>
      isFluxError(error, 'health/failed') &&
      error.message.startsWith('health check failed after 1s: failed early') &&
      error.hint === 'Job/apps/job: Job Failed',
  );
  assert.throws(
    () => checkReport(report('timeout')),
    (error) => isFluxError(error, 'health/timeout'),
  );
});
