import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDifference } from '../../../../../src/lib/features/diff/format-difference.ts';

test('formatDifference() writes a value', () => {
  assert.equal(formatDifference({ path: ['spec', 'replicas'], from: 1, to: 2 }), '\nspec.replicas\n± value change\n- 1\n+ 2\n');
});

test('formatDifference() writes a change of type', () => {
  const text = formatDifference({ path: ['a'], from: '1', to: { b: true } });
  assert.equal(text, '\na\n± type change from string to map\n- 1\n+ b: true\n');
});

test('formatDifference() sets what went beside what came', () => {
  const text = formatDifference({ path: [], removed: { a: 1 }, added: { b: 2, c: 3 } });
  assert.equal(
    text,
    '\n(root level)\n- one map entry removed:   + two map entries added:\na: 1                         b: 2\n                             c: 3\n',
  );
});

test('formatDifference() sets wide entries below each other', () => {
  const text = formatDifference({ path: ['l'], removed: ['x'.repeat(70)], added: ['y'] });
  assert.equal(text, `\nl\n- one list entry removed:\n- ${'x'.repeat(70)}\n\n+ one list entry added:\n  - "y"\n`);
});

test('formatDifference() shows lines of a text, and spaces where they are all that differs', () => {
  assert.equal(
    formatDifference({ path: ['t'], from: 'a\nb\nc', to: 'a\nB\nc\nd' }),
    '\nt\n± value change in multiline text (two inserts, one deletion)\n- b\n+ B\n+ d\n',
  );
  assert.match(formatDifference({ path: ['t'], from: 'a b', to: 'a  b' }), /whitespace only change\n- a·b\n\+ a··b\n/);
});

test('formatDifference() writes another order', () => {
  assert.equal(
    formatDifference({ path: ['l'], from: ['a', 'b'], to: ['b', 'a'], reordered: true }),
    '\nl\n⇆ order changed\n- a, b\n+ b, a\n',
  );
});
