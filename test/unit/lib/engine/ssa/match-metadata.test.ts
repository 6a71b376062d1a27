import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  hasAnyInMetadata,
  hasLabels,
  isForced,
  isSkippedByItself,
  mayDelete,
} from '../../../../../src/lib/engine/ssa/match-metadata.ts';

const withLabels = (labels: Record<string, string>) => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x', labels } });

it('hasAnyInMetadata() compares without regard to case, in labels and annotations', () => {
  const wanted = { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' };
  assert.equal(hasAnyInMetadata(withLabels({ 'kustomize.toolkit.fluxcd.io/ssa': 'ignore' }), wanted), true);
  const annotated = { ...withLabels({}), metadata: { name: 'x', annotations: wanted } };
  assert.equal(hasAnyInMetadata(annotated, wanted), true);
  assert.equal(hasAnyInMetadata(withLabels({}), wanted), false);
  assert.equal(hasAnyInMetadata(undefined, wanted), false);
});

it('hasLabels() wants all of them exactly', () => {
  assert.equal(hasLabels(withLabels({ a: '1', b: '2' }), { a: '1' }), true);
  assert.equal(hasLabels(withLabels({ a: '1' }), { a: '1', b: '2' }), false);
});

it('mayDelete() wants the owner and no veto', () => {
  const owner = { a: '1' };
  assert.equal(mayDelete(withLabels({ a: '1' }), owner), true);
  assert.equal(mayDelete(withLabels({ a: '2' }), owner), false);
  assert.equal(mayDelete(withLabels({ a: '1', 'kustomize.toolkit.fluxcd.io/prune': 'Disabled' }), owner), false);
});

it('isSkippedByItself() and isForced() read the object', () => {
  assert.equal(isSkippedByItself(withLabels({ 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' })), true);
  assert.equal(isForced(withLabels({ 'kustomize.toolkit.fluxcd.io/force': 'enabled' })), true);
  assert.equal(isForced(withLabels({})), false);
});
