import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { createSchedule, type Schedule } from '../../../../../src/lib/features/reconcile/schedule.ts';

const source = (name: string): K8sObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name, namespace: 'a' },
  spec: {},
});
const kustomization = (name: string, dependsOn: readonly string[] = [], owner?: string): K8sObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: {
    name,
    namespace: 'a',
    ...(owner === undefined
      ? {}
      : { labels: { 'kustomize.toolkit.fluxcd.io/name': owner, 'kustomize.toolkit.fluxcd.io/namespace': 'a' } }),
  },
  spec: { interval: '5m', sourceRef: { kind: 'GitRepository', name: 's' }, dependsOn: dependsOn.map((one) => ({ name: one })) },
});
const key = (name: string): string => `Kustomization/a/${name}`;

/** A schedule in which all of them are due at 0. */
function scheduleOf(objects: readonly K8sObject[], concurrency = 10): Schedule {
  const schedule = createSchedule(concurrency);
  for (const object of objects) {
    schedule.set(object);
    schedule.request(`${object.kind}/a/${object.metadata.name}`, 0);
  }
  return schedule;
}

it('createSchedule() lets each begin the moment that what it needs is over, without waves', () => {
  const schedule = scheduleOf([source('s'), kustomization('fast'), kustomization('slow'), kustomization('next', ['fast'])]);
  assert.deepEqual(schedule.next(0), ['GitRepository/a/s']);
  schedule.begin('GitRepository/a/s');
  assert.deepEqual(schedule.next(0), []);
  schedule.end('GitRepository/a/s');
  assert.deepEqual(schedule.next(0), [key('fast'), key('slow')]);
  for (const one of ['fast', 'slow']) schedule.begin(key(one));
  assert.deepEqual(schedule.next(0), []);
  schedule.end(key('fast'));
  assert.deepEqual(schedule.next(0), [key('next')]);
});

it('createSchedule() has a bounded number of places, and who only waits for health takes none', () => {
  const schedule = scheduleOf([kustomization('one'), kustomization('two'), kustomization('three')], 1);
  assert.deepEqual(schedule.next(0), [key('one')]);
  schedule.begin(key('one'));
  assert.deepEqual(schedule.next(0), []);
  schedule.applied(key('one'));
  assert.deepEqual(schedule.next(0), [key('two')]);
  assert.equal(schedule.isUnderWay(key('one')), true);
});

it('createSchedule() lets what a Kustomization applies begin once it has applied, but not what depends on it', () => {
  const schedule = scheduleOf([
    kustomization('parent'),
    kustomization('nested', [], 'parent'),
    kustomization('after', ['parent']),
  ]);
  schedule.begin(key('parent'));
  assert.deepEqual(schedule.next(0), []);
  schedule.applied(key('parent'));
  assert.deepEqual(schedule.next(0), [key('nested')]);
  schedule.end(key('parent'));
  assert.deepEqual(schedule.next(0), [key('nested'), key('after')]);
});

it('createSchedule() runs what is wanted while it is under way once more, however often it was wanted', () => {
  const schedule = scheduleOf([kustomization('one')]);
  schedule.begin(key('one'));
  schedule.request(key('one'), 5);
  schedule.request(key('one'), 3);
  assert.deepEqual(schedule.next(10), []);
  schedule.end(key('one'));
  assert.deepEqual([schedule.next(2), schedule.wakeAt(2), schedule.next(3)], [[], 3, [key('one')]]);
  schedule.begin(key('one'));
  schedule.end(key('one'));
  assert.deepEqual([schedule.next(1_000), schedule.wakeAt(0), schedule.isIdle(1_000)], [[], undefined, true]);
});

it('createSchedule() takes the longest waiting first', () => {
  const schedule = createSchedule(1);
  for (const name of ['late', 'early']) schedule.set(kustomization(name));
  schedule.request(key('late'), 9);
  schedule.request(key('early'), 4);
  assert.deepEqual(schedule.next(20), [key('early')]);
});

it('createSchedule() tells those that wait for one another, and only once nothing else goes on', () => {
  const schedule = scheduleOf([kustomization('x', ['y']), kustomization('y', ['x']), kustomization('free')]);
  assert.deepEqual(schedule.stuck(0), []);
  schedule.begin(key('free'));
  assert.deepEqual(schedule.stuck(0), []);
  schedule.end(key('free'));
  assert.deepEqual(schedule.stuck(0), [key('x'), key('y')]);
});

it('createSchedule() forgets what is removed, unless it has come again meanwhile', () => {
  const schedule = scheduleOf([kustomization('one'), kustomization('two')]);
  schedule.remove(key('two'));
  assert.equal(schedule.get(key('two')), undefined);
  schedule.begin(key('one'));
  schedule.remove(key('one'));
  assert.notEqual(schedule.get(key('one')), undefined);
  schedule.set(kustomization('one'));
  schedule.end(key('one'));
  assert.notEqual(schedule.get(key('one')), undefined);
  schedule.begin(key('one'));
  schedule.remove(key('one'));
  schedule.end(key('one'));
  assert.equal(schedule.get(key('one')), undefined);
});

it('createSchedule() knows new links of an object at once', () => {
  const schedule = scheduleOf([kustomization('one'), kustomization('two')]);
  assert.deepEqual(schedule.next(0), [key('one'), key('two')]);
  schedule.set(kustomization('two', ['one']));
  assert.deepEqual(schedule.next(0), [key('one')]);
  assert.deepEqual(schedule.needsOf(key('two'))?.dependsOn, [key('one')]);
});

it('createSchedule() does not stumble over an object that cannot be read: its own run says so', () => {
  const broken: K8sObject = { ...kustomization('broken'), spec: { interval: 'often' } };
  assert.deepEqual(scheduleOf([broken, kustomization('fine')]).next(0), [key('broken'), key('fine')]);
});
