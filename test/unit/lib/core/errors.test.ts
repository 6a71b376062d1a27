import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FluxError, internalError, isFluxError, messageOf } from '../../../../src/lib/core/errors.ts';

test('FluxError redacts sentence and mend when it is made', () => {
  const error = new FluxError('git/auth-failed', 'no entry to https://me:pw@host/x', { hint: 'try https://me:pw2@host/x' });
  assert.equal(error.message, 'no entry to https://***@host/x');
  assert.equal(error.hint, 'try https://***@host/x');
  assert.doesNotMatch(String(error.stack), /pw/);
});

test('FluxError has defaults for what it is not given', () => {
  const error = new FluxError('kube/x', 'x');
  assert.deepEqual([error.errors, error.terminal, error.cause, error.hint], [[], false, undefined, undefined]);
  assert.equal(error.name, 'FluxError');
  assert.equal('cause' in error, false);
});

test('FluxError.toJSON() has what is there and nothing else', () => {
  assert.deepEqual(new FluxError('kube/x', 'x').toJSON(), { code: 'kube/x', message: 'x' });
  const subject = { apiVersion: 'v1', kind: 'Pod', name: 'a' };
  const single = new FluxError('kube/y', 'y');
  const error = new FluxError('kube/x', 'x', {
    hint: 'h',
    subject,
    source: { file: 'f', line: 1 },
    details: { n: 1 },
    errors: [single],
    cause: new Error('secret cause'),
  });
  assert.deepEqual(error.toJSON(), {
    code: 'kube/x',
    message: 'x',
    hint: 'h',
    subject,
    source: { file: 'f', line: 1 },
    details: { n: 1 },
    errors: [{ code: 'kube/y', message: 'y' }],
  });
});

test('isFluxError() tells by code, or by part with its slash', () => {
  const error = new FluxError('git/auth-failed', 'x');
  assert.ok(isFluxError(error));
  assert.ok(isFluxError(error, 'git/auth-failed'));
  assert.ok(isFluxError(error, 'git/'));
  assert.equal(isFluxError(error, 'git/auth'), false);
  assert.equal(isFluxError(error, 'kube/'), false);
  assert.equal(isFluxError(new Error('x')), false);
  assert.equal(isFluxError(undefined), false);
});

test('internalError() is a mistake of ours: internal/bug', () => {
  const cause = new Error('why');
  const error = internalError('cannot be', { cause });
  assert.equal(error.code, 'internal/bug');
  assert.equal(error.cause, cause);
});

test('messageOf() has a sentence for anything that was thrown', () => {
  assert.equal(messageOf(new Error('x')), 'x');
  assert.equal(messageOf('y'), 'y');
  assert.equal(messageOf(undefined), 'undefined');
});
