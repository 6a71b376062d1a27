import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Condition, summarizeConditions } from '../../../../../src/lib/engine/conditions/index.ts';

const options = {
  types: ['FetchFailed', 'ArtifactInStorage', 'SourceVerified', 'Reconciling'],
  negative: ['FetchFailed', 'Reconciling'],
};
const condition = (type: string, status: Condition['status']): Condition => ({
  type,
  status,
  lastTransitionTime: '2026-01-01T00:00:00Z',
  reason: `${type}Reason`,
  message: `${type} says`,
});

test('summarizeConditions() takes trouble first, and turns it round', () => {
  const all = [condition('Reconciling', 'True'), condition('ArtifactInStorage', 'True'), condition('FetchFailed', 'True')];
  assert.deepEqual(summarizeConditions(all, 'Ready', options), {
    type: 'Ready',
    status: 'False',
    reason: 'FetchFailedReason',
    message: 'FetchFailed says',
  });
});

test('summarizeConditions() takes what is False before what is True, and of equals the first type', () => {
  const summary = (...all: Condition[]) => summarizeConditions(all, 'Ready', options);
  assert.equal(summary(condition('ArtifactInStorage', 'True'), condition('SourceVerified', 'False'))?.status, 'False');
  const well = summary(condition('SourceVerified', 'True'), condition('ArtifactInStorage', 'True'));
  assert.deepEqual([well?.status, well?.reason], ['True', 'ArtifactInStorageReason']);
  assert.equal(summary(condition('ArtifactInStorage', 'Unknown'))?.status, 'Unknown');
  assert.equal(summary(condition('FetchFailed', 'False'))?.status, 'True');
});

test('summarizeConditions() says nothing of nothing', () => {
  assert.equal(summarizeConditions([condition('Other', 'True')], 'Ready', options), undefined);
});
