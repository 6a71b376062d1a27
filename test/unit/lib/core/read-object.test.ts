import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCondition, readList, readPath, readText } from '../../../../src/lib/core/read-object.ts';

const OBJECT = {
  spec: { name: 'web', replicas: 3, empty: null },
  status: { conditions: ['odd', { type: 'Ready', status: 'True' }, { type: 'Stalled' }] },
};

test('readPath() goes as deep as there is something', () => {
  assert.equal(readPath(OBJECT, 'spec', 'replicas'), 3);
  assert.equal(readPath(OBJECT, 'spec', 'empty'), null);
  assert.equal(readPath(OBJECT), OBJECT);
  for (const path of [
    ['spec', 'none'],
    ['spec', 'name', 'length'],
    ['spec', 'empty', 'x'],
    ['toString'],
    ['status', 'conditions', '0'],
  ])
    assert.equal(readPath(OBJECT, ...path), undefined, path.join('.'));
  assert.equal(readPath(undefined, 'spec'), undefined);
});

test('readText() is empty for what is no text', () => {
  assert.equal(readText(OBJECT, 'spec', 'name'), 'web');
  assert.equal(readText(OBJECT, 'spec', 'replicas'), '');
  assert.equal(readText(undefined, 'spec'), '');
});

test('readList() is empty for what is no list', () => {
  assert.equal(readList(OBJECT, 'status', 'conditions').length, 3);
  assert.deepEqual(readList(OBJECT, 'spec', 'name'), []);
});

test('readCondition() finds a condition among whatever is there', () => {
  assert.deepEqual(readCondition(OBJECT, 'Ready'), { type: 'Ready', status: 'True' });
  assert.equal(readCondition(OBJECT, 'Healthy'), undefined);
  assert.equal(readCondition({}, 'Ready'), undefined);
});
