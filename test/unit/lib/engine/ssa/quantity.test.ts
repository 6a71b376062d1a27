import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatQuantity } from '../../../../../src/lib/engine/ssa/quantity.ts';

it('formatQuantity() gives the canonical form', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['0.1', '100m'],
    ['1024Mi', '1Gi'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['1000', '1k'],
    ['0', '0'],
    ['0Gi', '0'],
    ['100Ki', '100Ki'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['512Mi', '512Mi'],
    ['+2', '+2'],
    ['-1500m', '-1500m'],
    ['1e3', '1e3'],
    ['1E', '1E'],
    ['0.0000000001', '1n'],
    ['100000k', '100M'],
    ['1.1Ki', '1126400m'],
  ];
  for (const [text, wanted] of cases) assert.equal(formatQuantity(text), wanted, text);
});

it('formatQuantity() knows what is no quantity', () => {
  for (const text of ['', 'x', '1 Gi', '1gi', '.', '1Kib']) assert.equal(formatQuantity(text), undefined, text);
});
