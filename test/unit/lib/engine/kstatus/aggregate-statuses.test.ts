import assert from 'node:assert/strict';
import { it } from 'node:test';
import { aggregateStatuses } from '../../../../../src/lib/engine/kstatus/aggregate-statuses.ts';

it('aggregateStatuses() gives the worst of all', () => {
  assert.equal(aggregateStatuses([]), 'Current');
  assert.equal(aggregateStatuses(['Current', 'Current']), 'Current');
  assert.equal(aggregateStatuses(['Current', 'NotFound']), 'InProgress');
  assert.equal(aggregateStatuses(['InProgress', 'Failed']), 'Failed');
  assert.equal(aggregateStatuses(['Failed', 'Unknown']), 'Unknown');
});
