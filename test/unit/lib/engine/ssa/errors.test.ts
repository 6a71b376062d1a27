import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { changesOf, dryRunError, joinFailures, stepError } from '../../../../../src/lib/engine/ssa/errors.ts';
import { guessImmutable } from '../../../../../src/lib/engine/ssa/guess-immutable.ts';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'apps' } };
const refusal = (code: 'kube/invalid' | 'kube/not-found', reason: string) =>
  new FluxError(code, 'no good', { details: { reason } });

it('dryRunError() speaks as Flux does: ssa/dry-run-failed, ssa/not-found, ssa/no-namespace', () => {
  const invalid = dryRunError(WEB, refusal('kube/invalid', 'Invalid'));
  assert.equal(invalid.code, 'ssa/dry-run-failed');
  assert.equal(invalid.message, 'Deployment/apps/web dry-run failed (Invalid): no good');
  assert.equal(dryRunError(WEB, refusal('kube/not-found', 'NotFound')).code, 'ssa/not-found');
  const placeless = dryRunError({ ...WEB, metadata: { name: 'web' } }, refusal('kube/not-found', 'NotFound'));
  assert.equal(placeless.code, 'ssa/no-namespace');
  assert.equal(placeless.message, 'Deployment/web namespace not specified: no good');
});

it('dryRunError() never repeats what is in a Secret', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { pin: 123456 } };
  const cause = new FluxError('kube/server-error', '.data.pin: expected string, got &value.valueUnstructured{Value:123456}');
  assert.equal(dryRunError(secret, cause).message.includes('123456'), false);
});

it('stepError() names the step for ssa/query-failed, ssa/take-over-failed and ssa/recreate-failed', () => {
  for (const code of ['ssa/query-failed', 'ssa/take-over-failed', 'ssa/recreate-failed'] as const) {
    const error = stepError(code, WEB, 'step failed', new Error('why'));
    assert.equal(error.code, code);
    assert.equal(error.message, 'Deployment/apps/web step failed: why');
  }
});

it('joinFailures() keeps one failure as it is and counts more', () => {
  const first = dryRunError(WEB, refusal('kube/invalid', 'Invalid'));
  const done = [{ ref: { apiVersion: 'v1', kind: 'Namespace', name: 'apps' }, action: 'created' }] as const;
  const one = joinFailures([first], done);
  assert.equal(one.message, first.message);
  assert.deepEqual(changesOf(one), done);
  const two = joinFailures([first, first], []);
  assert.match(two.message, /\(and 1 more\)$/);
  assert.equal(two.errors.length, 2);
});

it('guessImmutable() takes conflicts, invalid objects and the words of admission rules', () => {
  assert.equal(guessImmutable(refusal('kube/invalid', 'Invalid')), true);
  assert.equal(guessImmutable(new FluxError('kube/forbidden', 'spec.x: field is immutable')), true);
  assert.equal(guessImmutable(new FluxError('kube/forbidden', 'no')), false);
  assert.equal(guessImmutable(new Error('field is immutable')), false);
});

it('dryRunError() has the words of the API server where it was not asked for want of a namespace', () => {
  const cause = new FluxError('kube/no-namespace', 'Deployment/web needs a namespace, and has none');
  const { message } = dryRunError({ ...WEB, metadata: { name: 'web' } }, cause);
  assert.equal(message, 'Deployment/web namespace not specified: the server could not find the requested resource');
});
