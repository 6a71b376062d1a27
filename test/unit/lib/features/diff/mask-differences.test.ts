import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskDifferences } from '../../../../../src/lib/features/diff/mask-differences.ts';

const OPEN = { isSecret: false, isMasked: false, secretValues: [] };

test('maskDifferences() hides all content of a Secret, and tells that it differs', () => {
  const masked = maskDifferences(
    [
      { path: ['data'], removed: { a: 'c2VjcmV0' }, added: { b: 'c2VjcmV0' } },
      { path: ['data', 'c'], from: 'x', to: 'y' },
      { path: ['metadata', 'labels', 'l'], from: '1', to: '2' },
      { path: ['type'], from: 'Opaque', to: 'other' },
    ],
    { ...OPEN, isSecret: true },
  );
  assert.deepEqual(masked, [
    { path: ['data'], removed: { a: '*****' }, added: { b: '*****' } },
    { path: ['data', 'c'], from: '*** (before)', to: '*** (after)' },
    { path: ['metadata', 'labels', 'l'], from: '1', to: '2' },
    { path: ['type'], from: 'Opaque', to: 'other' },
  ]);
});

test('maskDifferences() hides a Secret that as a whole came under a key', () => {
  const [masked] = maskDifferences([{ path: [], added: { data: { a: 'c2VjcmV0' } } }], { ...OPEN, isSecret: true });
  assert.deepEqual(masked?.added, { data: { a: '*****' } });
});

test('maskDifferences() hides what kubectl has noted on a Secret', () => {
  const key = 'kubectl.kubernetes.io/last-applied-configuration';
  const removed = { [key]: '{"data":{"a":"c2VjcmV0"}}', other: 'x' };
  const [masked] = maskDifferences([{ path: ['metadata', 'annotations'], removed }], { ...OPEN, isSecret: true });
  assert.deepEqual(masked?.removed, { [key]: '*****', other: 'x' });
  const whole = maskDifferences([{ path: ['metadata'], removed: { annotations: removed } }], { ...OPEN, isSecret: true });
  assert.ok(!JSON.stringify(whole).includes('c2VjcmV0'));
});

test('maskDifferences() passes over values that are masks', () => {
  const differences = [
    { path: ['data', 'a'], from: 'x', to: 'mask' },
    { path: ['data'], added: { b: 'mask' } },
  ];
  assert.deepEqual(maskDifferences(differences, { isSecret: true, isMasked: true, secretValues: [] }), [
    { path: ['data'], added: { b: '*****' } },
  ]);
});

test('maskDifferences() hides values of Secrets in other objects, but not what is too short to be one', () => {
  const secrecy = { ...OPEN, secretValues: ['hunter2', 'a'] };
  assert.deepEqual(maskDifferences([{ path: ['data', 'u'], from: 'a', to: 'pw=hunter2' }], secrecy), [
    { path: ['data', 'u'], from: 'a', to: 'pw=***' },
  ]);
  const both = { ...OPEN, secretValues: ['hunter2', 'hunter3'] };
  assert.deepEqual(maskDifferences([{ path: ['u'], from: 'hunter2', to: 'hunter3' }], both), [
    { path: ['u'], from: '*** (before)', to: '*** (after)' },
  ]);
});
