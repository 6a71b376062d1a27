import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatCount } from '../../../../src/lib/core/format-count.ts';

it('formatCount() has a plural for all numbers but one', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => formatCount(count, 'object')),
    ['0 objects', '1 object', '2 objects'],
  );
});
