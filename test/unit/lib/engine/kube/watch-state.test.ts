import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import type { WatchEvent } from '../../../../../src/lib/engine/kube/types.ts';
import { applyEvent, beginSync, createWatchState } from '../../../../../src/lib/engine/kube/watch-state.ts';

const object = (name: string, resourceVersion: string, uid = name): K8sObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'apps', resourceVersion, uid },
});
const bookmark = (resourceVersion: string, end = false) => ({
  type: 'BOOKMARK',
  object: {
    kind: 'Pod',
    metadata: { resourceVersion, annotations: end ? { 'k8s.io/initial-events-end': 'true' } : {} },
  },
});
const tell = (events: readonly WatchEvent[]) =>
  events.map((event) => (event.type === 'SYNCED' ? 'SYNCED' : `${event.type} ${event.object.metadata.name}`));
const same = (value: K8sObject) => value;

test('applyEvent() tells the initial objects, then SYNCED, then changes', () => {
  const state = createWatchState();
  beginSync(state);
  assert.deepEqual(tell(applyEvent(state, { type: 'ADDED', object: object('a', '5') }, same).events), ['ADDED a']);
  assert.equal(state.resourceVersion, undefined);
  assert.deepEqual(tell(applyEvent(state, bookmark('9', true), same).events), ['SYNCED']);
  assert.equal(state.resourceVersion, '9');
  assert.deepEqual(tell(applyEvent(state, { type: 'MODIFIED', object: object('a', '10') }, same).events), ['MODIFIED a']);
  assert.equal(state.resourceVersion, '10');
  assert.deepEqual(tell(applyEvent(state, bookmark('20'), same).events), []);
  assert.equal(state.resourceVersion, '20');
});

test('applyEvent() compares a second synchronisation with what was told', () => {
  const state = createWatchState();
  beginSync(state);
  for (const name of ['same', 'changed', 'gone', 'remade']) applyEvent(state, { type: 'ADDED', object: object(name, '1') }, same);
  applyEvent(state, bookmark('2', true), same);
  beginSync(state);
  const told = [object('same', '1'), object('changed', '7'), object('remade', '8', 'other'), object('new', '9')].flatMap((item) =>
    tell(applyEvent(state, { type: 'ADDED', object: item }, same).events),
  );
  assert.deepEqual(told, ['MODIFIED changed', 'DELETED remade', 'ADDED remade', 'ADDED new']);
  // SYNCED was told already.
  assert.deepEqual(tell(applyEvent(state, bookmark('10', true), same).events), ['DELETED gone']);
});

test('applyEvent() says that a version is too old, and what else ended the watch', () => {
  const state = createWatchState('5');
  const expired = applyEvent(state, { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }, same);
  assert.equal(expired.ended?.expired, true);
  const other = applyEvent(state, { type: 'ERROR', object: { kind: 'Status', code: 500 } }, same);
  assert.equal(other.ended?.expired, false);
});

test('applyEvent() passes over what it does not know', () => {
  const state = createWatchState('5');
  for (const event of [null, 'x', { type: 'FUTURE', object: object('a', '1') }, { type: 'ADDED', object: {} }]) {
    assert.deepEqual(applyEvent(state, event, same).events, []);
  }
});
