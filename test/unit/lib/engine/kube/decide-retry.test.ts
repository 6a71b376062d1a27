import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_RETRY_LIMITS, decideRetry, parseRetryAfter } from '../../../../../src/lib/engine/kube/decide-retry.ts';

const decide = (outcome: Partial<Parameters<typeof decideRetry>[0]>) =>
  decideRetry({ method: 'PATCH', attempt: 1, ...outcome }, DEFAULT_RETRY_LIMITS, 0);

test('decideRetry() waits as long as the server asks, for any method', () => {
  for (const status of [429, 500, 503, 504]) assert.equal(decide({ status, retryAfter: '2' }), 2000);
});

test('decideRetry() does not repeat what the server has answered for good', () => {
  for (const status of [400, 401, 403, 404, 409, 410, 422, 500]) assert.equal(decide({ status }), undefined, String(status));
});

test('decideRetry() repeats reads of a server that is not ready, and not writes', () => {
  assert.equal(decide({ status: 503, method: 'GET' }), 200);
  assert.equal(decide({ status: 503 }), undefined);
  assert.equal(decide({ status: 429, attempt: 3 }), 800);
});

test('decideRetry() repeats what the server never saw, and reads whose connection broke', () => {
  assert.equal(decide({ failure: 'refused' }), 0);
  assert.equal(decide({ failure: 'reset' }), undefined);
  assert.equal(decide({ failure: 'reset', method: 'GET' }), 200);
  assert.equal(decide({ failure: 'connect', method: 'GET' }), undefined);
});

test('decideRetry() gives up in the end', () => {
  assert.equal(decide({ status: 429, retryAfter: '1', attempt: 11 }), undefined);
  assert.equal(decide({ status: 429, retryAfter: '3600' }), undefined);
  assert.equal(decide({ status: 429, attempt: 6 }), undefined);
});

test('parseRetryAfter() reads seconds and dates', () => {
  assert.equal(parseRetryAfter('2', 0), 2000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4_000), 6_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 40_000), 0);
  assert.equal(parseRetryAfter('soon', 0), undefined);
  assert.equal(parseRetryAfter(undefined, 0), undefined);
});
