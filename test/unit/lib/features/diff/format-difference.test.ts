import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from '../../../../../src/lib/core/styled-text.ts';
import { formatDifference as piecesOf } from '../../../../../src/lib/features/diff/format-difference.ts';
import { formatDiff } from '../../../../../src/lib/features/diff/index.ts';
import type { Difference, DiffResult } from '../../../../../src/lib/features/diff/index.ts';

const formatDifference = (difference: Difference): string => plainText(piecesOf(difference));

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

test('formatDiff() says of each piece what it means', () => {
  const at = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name });
  const counts = { created: 1, drifted: 2, recreated: 0, deleted: 1, skipped: 1, unchanged: 0, failed: 0 };
  const result: DiffResult = {
    changed: true,
    counts,
    kustomizations: [
      {
        namespace: 'apps',
        name: 'web',
        state: 'changed',
        objects: [
          { ...at('a'), action: 'created' },
          {
            ...at('b'),
            action: 'drifted',
            differences: [
              { path: ['data', 'x'], from: 'one', to: 'two' },
              { path: ['data'], removed: { k: '1' }, added: { z: '2' } },
            ],
          },
          { ...at('c'), action: 'deleted' },
          { ...at('d'), action: 'skipped' },
        ],
      },
    ],
  };
  const toned = formatDiff(result).flatMap(({ text, tone }) => (tone === undefined ? [] : [`${tone} ${text}`]));
  assert.deepEqual(toned, [
    'good ► ConfigMap/apps/a created',
    'strong data.x',
    'mind ± value change',
    'bad - one',
    'good + two',
    'strong data',
    'bad - one map entry removed:',
    'good + one map entry added:',
    'bad k: "1"',
    'good   z: "2"',
    'bad ► ConfigMap/apps/c deleted',
    'mind ► ConfigMap/apps/d skipped',
  ]);
});
