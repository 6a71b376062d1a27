import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  findCondition,
  formatConditionTime,
  markReconciling,
  markStalled,
  removeCondition,
  setCondition,
} from '../../../../../src/lib/engine/conditions/set-condition.ts';
import type { Condition } from '../../../../../src/lib/engine/conditions/types.ts';

const THEN = Date.parse('2026-01-01T00:00:00.900Z');
const LATER = THEN + 60_000;
const ready = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'stored' } as const;

it('setCondition() adds a condition with the time in whole seconds', () => {
  assert.deepEqual(setCondition([], ready, { generation: 3, now: THEN }), [
    { ...ready, observedGeneration: 3, lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]);
});

it('setCondition() keeps the time while nothing changes but the generation', () => {
  const first = setCondition([], ready, { generation: 3, now: THEN });
  const [second] = setCondition(first, ready, { generation: 4, now: LATER });
  assert.equal(second?.lastTransitionTime, '2026-01-01T00:00:00Z');
  assert.equal(second?.observedGeneration, 4);
});

it('setCondition() moves the time when only the message changes', () => {
  const first = setCondition([], ready, { generation: 3, now: THEN });
  const [second] = setCondition(first, { ...ready, message: 'other' }, { generation: 3, now: LATER });
  assert.equal(second?.lastTransitionTime, '2026-01-01T00:01:00Z');
});

it('setCondition() puts Stalled, Reconciling and Ready first, the rest by generation and type', () => {
  const at = (generation: number) => ({ generation, now: THEN });
  let list: Condition[] = [];
  for (const [type, generation] of [
    ['Zeta', 1],
    ['Alpha', 1],
    ['New', 2],
    ['Ready', 1],
    ['Stalled', 1],
    ['Reconciling', 1],
  ] as const) {
    list = setCondition(list, { ...ready, type }, at(generation));
  }
  assert.deepEqual(
    list.map(({ type }) => type),
    ['Stalled', 'Reconciling', 'Ready', 'New', 'Alpha', 'Zeta'],
  );
});

it('markReconciling() and markStalled() end one another', () => {
  const context = { generation: 1, now: THEN };
  const reconciling = markReconciling([], 'Progressing', 'going', context);
  const stalled = markStalled(reconciling, 'Broken', 'no', context);
  assert.deepEqual(
    stalled.map(({ type }) => type),
    ['Stalled'],
  );
  assert.equal(findCondition(markReconciling(stalled, 'Progressing', 'going', context), 'Stalled'), undefined);
});

it('removeCondition() takes one away and changes no list', () => {
  const list = setCondition([], ready, { generation: 1, now: THEN });
  assert.deepEqual(removeCondition(list, 'Ready'), []);
  assert.equal(list.length, 1);
});

it('formatConditionTime() writes UTC seconds', () => {
  assert.equal(formatConditionTime(THEN), '2026-01-01T00:00:00Z');
});
