import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatApiVersion,
  formatSubject,
  groupOf,
  isK8sObject,
  parseApiVersion,
  refOf,
} from '../../../../src/lib/core/objects.ts';

test('parseApiVersion() and formatApiVersion() are each other back', () => {
  assert.deepEqual(parseApiVersion('apps/v1'), { group: 'apps', version: 'v1' });
  assert.deepEqual(parseApiVersion('v1'), { group: '', version: 'v1' });
  for (const text of ['v1', 'apps/v1', 'kustomize.toolkit.fluxcd.io/v1']) {
    const { group, version } = parseApiVersion(text);
    assert.equal(formatApiVersion(group, version), text);
  }
});

test('groupOf() is empty for the core group', () => {
  assert.equal(groupOf({ apiVersion: 'v1', kind: 'Pod' }), '');
  assert.equal(groupOf({ apiVersion: 'batch/v1', kind: 'Job' }), 'batch');
});

test('refOf() leaves out a namespace that is not there or empty', () => {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps', uid: 'u' } };
  assert.deepEqual(refOf(object), { apiVersion: 'v1', kind: 'Namespace', name: 'apps' });
  assert.deepEqual(refOf({ ...object, metadata: { name: 'apps', namespace: '' } }), refOf(object));
  assert.equal(refOf({ ...object, metadata: { name: 'web', namespace: 'apps' } }).namespace, 'apps');
});

test('formatSubject() names an object as events do', () => {
  assert.equal(formatSubject({ apiVersion: 'v1', kind: 'Service', namespace: 'apps', name: 'web' }), 'Service/apps/web');
  assert.equal(formatSubject({ apiVersion: 'v1', kind: 'Namespace', name: 'apps' }), 'Namespace/apps');
  assert.equal(formatSubject({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: 'apps' }), 'Namespace/apps');
});

test('isK8sObject() wants apiVersion, kind and a name', () => {
  assert.ok(isK8sObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }));
  for (const value of [
    undefined,
    null,
    [],
    'x',
    { kind: 'Pod', metadata: { name: 'a' } },
    { apiVersion: 'v1', metadata: { name: 'a' } },
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'Pod', metadata: [] },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 1 } },
  ])
    assert.equal(isK8sObject(value), false);
});
