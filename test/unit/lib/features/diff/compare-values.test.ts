import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareValues } from '../../../../../src/lib/features/diff/compare-values.ts';

test('compareValues() names what came and went at the place where it did', () => {
  assert.deepEqual(compareValues({ a: { x: 1, y: 2 } }, { a: { y: 3, z: 4 } }), [
    { path: ['a'], removed: { x: 1 }, added: { z: 4 } },
    { path: ['a', 'y'], from: 2, to: 3 },
  ]);
});

test('compareValues() compares entries of lists by their name', () => {
  const from = { containers: [{ name: 'a', image: '1' }, { name: 'b' }] };
  const to = { containers: [{ name: 'b' }, { name: 'a', image: '2' }, { name: 'c' }] };
  assert.deepEqual(compareValues(from, to), [
    { path: ['containers'], added: [{ name: 'c' }] },
    { path: ['containers'], from: ['a', 'b'], to: ['b', 'a'], reordered: true },
    { path: ['containers', 'a', 'image'], from: '1', to: '2' },
  ]);
});

test('compareValues() compares the only entries of two lists with each other', () => {
  assert.deepEqual(compareValues([{ port: 80 }], [{ port: 81 }]), [{ path: ['0', 'port'], from: 80, to: 81 }]);
});

test('compareValues() tells entries without a name apart by what they are', () => {
  assert.deepEqual(compareValues(['a', 'b', 'b'], ['b', 'c', 'd']), [{ path: [], removed: ['a', 'b'], added: ['c', 'd'] }]);
  assert.deepEqual(compareValues(['a', 'b'], ['b', 'a']), [{ path: [], from: ['a', 'b'], to: ['b', 'a'], reordered: true }]);
});

test('compareValues() takes names that come twice for none', () => {
  const twice = [
    { name: 'a', v: 1 },
    { name: 'a', v: 2 },
  ];
  assert.deepEqual(compareValues(twice, [{ name: 'a', v: 1 }]), [{ path: [], removed: [{ name: 'a', v: 2 }] }]);
});

test('compareValues() finds nothing in equal values, whatever the order of keys', () => {
  assert.deepEqual(compareValues({ a: 1, b: [{ name: 'x' }] }, { b: [{ name: 'x' }], a: 1n }), []);
});
