import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { parsePointer, removeAt, setAt, valueAt } from '../../../../../src/lib/engine/ssa/json-pointer.ts';

it('parsePointer() follows RFC 6901', () => {
  assert.deepEqual(parsePointer(''), []);
  assert.deepEqual(parsePointer('/'), ['']);
  assert.deepEqual(parsePointer('/a~1b/m~0n/0'), ['a/b', 'm~n', '0']);
  assert.deepEqual(parsePointer('/~01'), ['~1']);
});

it('valueAt() knows no inherited members', () => {
  const object: JsonObject = { a: [{ b: 1 }] };
  assert.equal(valueAt(object, ['a', '0', 'b']), 1);
  assert.equal(valueAt(object, ['a', 'length']), undefined);
  assert.equal(valueAt(object, ['constructor']), undefined);
  assert.equal(valueAt(object, ['a', '0', 'b', 'c']), undefined);
});

it('setAt() makes the objects on the way, and no elements of lists', () => {
  const object: JsonObject = { list: [{}] };
  setAt(object, ['x', 'y'], 1);
  setAt(object, ['list', '0', 'z'], 2);
  setAt(object, ['list', '4', 'z'], 3);
  assert.deepEqual(object, { list: [{ z: 2 }], x: { y: 1 } });
  setAt(object, ['constructor', 'prototype', 'polluted'], true);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

it('removeAt() takes one out', () => {
  const object: JsonObject = { a: { b: 1, c: 2 }, list: [1, 2, 3] };
  removeAt(object, ['a', 'b']);
  removeAt(object, ['list', '1']);
  removeAt(object, ['nope', 'x']);
  assert.deepEqual(object, { a: { c: 2 }, list: [1, 3] });
});
