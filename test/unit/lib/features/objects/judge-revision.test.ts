import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { judgeOther, judgeRevision, parseRevision } from '../../../../../src/lib/features/objects/judge-revision.ts';
import { fluxObject, KUSTOMIZATION } from './flux-objects.ts';

const NEW = '51d0c2e4a1b2c3d4e5f60718293a4b5c6d7e8f90';
const OLD = '0000000000000000000000000000000000000001';
const at = (commit: string): string => `main@sha1:${commit}`;
const isNew = parseRevision(NEW);
const judge = (status: JsonObject, spec: JsonObject = {}): string => {
  const { state, message } = judgeRevision(
    fluxObject(KUSTOMIZATION, 'web', { status: { observedGeneration: 1, ...status }, spec }),
    isNew,
  );
  return `${state}: ${message}`;
};
const ready = (status: string, reason: string, message: string): JsonObject => ({
  conditions: [{ type: 'Ready', status, reason, message, observedGeneration: 1 }],
});

it('parseRevision() takes a commit, its beginning, and what Flux writes', () => {
  for (const text of [NEW, NEW.slice(0, 7), `sha1:${NEW}`, at(NEW), `main@sha1:${NEW.slice(0, 10)}`]) {
    assert.equal(parseRevision(text)(at(NEW)), true, text);
    assert.equal(parseRevision(text)(at(OLD)), false, text);
  }
  assert.equal(parseRevision(`other@sha1:${NEW}`)(at(NEW)), false);
  assert.equal(parseRevision(`sha256:${NEW}`)(at(NEW)), false);
  assert.equal(parseRevision(NEW)(''), false);
});

it('parseRevision() refuses the rest: objects/bad-revision', () => {
  for (const text of ['', 'main', 'v1.2.3', '51d0', 'HEAD', 'main@sha1:']) {
    assert.throws(
      () => parseRevision(text),
      (error) => isFluxError(error, 'objects/bad-revision'),
      text,
    );
  }
});

it('judgeRevision() wants the commit applied, and Ready', () => {
  const done = ready('True', 'ReconciliationSucceeded', 'Applied');
  assert.equal(judge({ ...done, lastAppliedRevision: at(NEW) }), `seen: applied revision ${at(NEW)}`);
  assert.equal(judge({ ...done, lastAppliedRevision: at(OLD) }), `waiting: it is at ${at(OLD)}`);
  assert.equal(judge({ ...done, lastAppliedRevision: at(NEW), observedGeneration: 0 }).split(':')[0], 'waiting');
  assert.equal(judge({}), 'waiting: no controller has written a status yet');
});

it('judgeRevision() finds a commit that a newer one has followed in the history', () => {
  const entry = (status: string): JsonObject => ({ lastReconciledStatus: status, metadata: { revision: at(NEW) } });
  const after = { ...ready('True', 'ReconciliationSucceeded', 'Applied'), lastAppliedRevision: at(OLD) };
  assert.equal(judge({ ...after, history: [entry('ReconciliationSucceeded')] }).split(':')[0], 'seen');
  assert.equal(judge({ ...after, history: [entry('HealthCheckFailed')] }).split(':')[0], 'waiting');
});

it('judgeRevision() takes a failure for one only where it is of this commit, or nothing is tried again', () => {
  const failure = ready('False', 'HealthCheckFailed', 'timeout waiting for: [x]');
  const text = "Kustomization reconciliation failed: 'timeout waiting for: [x]'";
  assert.equal(judge({ ...failure, lastAttemptedRevision: at(NEW) }), `failed: ${text}`);
  assert.equal(
    judge({ ...failure, lastAttemptedRevision: at(OLD) }),
    'waiting: timeout waiting for: [x] (at an earlier revision)',
  );
  const stalled: JsonObject = {
    conditions: [
      { type: 'Stalled', status: 'True', message: 'no' },
      { type: 'Ready', status: 'False', message: 'no', observedGeneration: 1 },
    ],
  };
  assert.equal(judge(stalled), 'failed: Kustomization is stalled: no');
  const blocked = ready('False', 'DependencyNotReady', "dependency 'apps/base' is not ready");
  assert.equal(judge({ ...blocked, lastAttemptedRevision: at(NEW) }), "waiting: dependency 'apps/base' is not ready");
});

it('judgeRevision() says that a suspended one will not see it', () => {
  assert.equal(judge({ ...ready('True', 'x', 'x'), lastAppliedRevision: at(OLD) }, { suspend: true }).split(':')[0], 'suspended');
  assert.equal(judge({ ...ready('True', 'x', 'x'), lastAppliedRevision: at(NEW) }, { suspend: true }).split(':')[0], 'seen');
});

it('judgeRevision() tells what the controller is doing', () => {
  const conditions = [
    { type: 'Reconciling', status: 'True', message: 'Running health checks' },
    { type: 'Ready', status: 'Unknown', message: 'Reconciliation in progress', observedGeneration: 1 },
  ];
  assert.equal(judge({ conditions }), 'waiting: Running health checks');
});

it('judgeOther() wants it ready, at whatever revision', () => {
  const state = (status: string, spec: JsonObject = {}): string =>
    judgeOther(fluxObject(KUSTOMIZATION, 'web', { spec, status: { observedGeneration: 1, ...ready(status, 'X', 'why') } })).state;
  assert.equal(state('True'), 'ready');
  assert.equal(state('False'), 'failed');
  assert.equal(state('Unknown'), 'waiting');
  assert.equal(state('False', { suspend: true }), 'suspended');
});
