import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setValueAt } from '../../../../../src/lib/features/inspect/set-value-at.ts';

test('setValueAt() sets values as --set of Helm does', () => {
  assert.deepEqual(setValueAt({}, 'a.b[1].c', '1'), { a: { b: [null, { c: 1 }] } });
  assert.deepEqual(setValueAt({ a: { keep: true, b: 'text' } }, 'a.b.c', 'true'), { a: { keep: true, b: { c: true } } });
  assert.deepEqual(setValueAt({}, 'annotations.example\\.com/x', 'null'), { annotations: { 'example.com/x': null } });
  assert.deepEqual(setValueAt({}, 'a', "'1'"), { a: '1' });
  assert.deepEqual(setValueAt({}, 'a', '0755'), { a: '0755' });
  assert.deepEqual(setValueAt({}, 'a', '1,5'), { a: '1,5' });
});

test('setValueAt() leaves the values alone that it was given, and prototypes too', () => {
  const values = { a: { b: 1 } };
  setValueAt(values, 'a.b', '2');
  assert.deepEqual(values, { a: { b: 1 } });
  setValueAt({}, '__proto__.polluted', 'true');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});
