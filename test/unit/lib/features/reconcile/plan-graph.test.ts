import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { findCycles, isDriven, planGraph } from '../../../../../src/lib/features/reconcile/plan-graph.ts';

const source = (name: string, owner?: string): K8sObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name, namespace: 'a', ...labels(owner) },
  spec: {},
});
const kustomization = (name: string, of: string, dependsOn: readonly string[] = [], owner?: string): K8sObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'a', ...labels(owner) },
  spec: {
    interval: '5m',
    sourceRef: { kind: 'GitRepository', name: of },
    dependsOn: dependsOn.map((dependency) => ({ name: dependency })),
  },
});
function labels(owner: string | undefined): { labels?: Record<string, string> } {
  if (owner === undefined) return {};
  return { labels: { 'kustomize.toolkit.fluxcd.io/name': owner, 'kustomize.toolkit.fluxcd.io/namespace': 'a' } };
}
const show = (objects: readonly K8sObject[]): Record<string, string[]> =>
  Object.fromEntries([...planGraph(objects)].map(([key, waitsFor]) => [key, [...waitsFor].sort()]));

it('planGraph() makes a Kustomization wait for its source and its dependencies', () => {
  assert.deepEqual(show([source('s'), kustomization('base', 's'), kustomization('app', 's', ['base', 'elsewhere'])]), {
    'GitRepository/a/s': [],
    'Kustomization/a/base': ['GitRepository/a/s'],
    'Kustomization/a/app': ['GitRepository/a/s', 'Kustomization/a/base'],
  });
});

it('planGraph() makes what a Kustomization applies wait for it, but not the source that it comes from', () => {
  assert.deepEqual(
    show([source('flux', 'flux'), kustomization('flux', 'flux', [], 'flux'), kustomization('apps', 'flux', [], 'flux')]),
    {
      'GitRepository/a/flux': [],
      'Kustomization/a/flux': ['GitRepository/a/flux'],
      'Kustomization/a/apps': ['GitRepository/a/flux', 'Kustomization/a/flux'],
    },
  );
});

it('findCycles() names those that wait for themselves, as reconcile/dependency-cycle reports', () => {
  const graph = planGraph([kustomization('x', 's', ['y']), kustomization('y', 's', ['x']), kustomization('z', 's', ['x'])]);
  assert.deepEqual(findCycles(graph), ['Kustomization/a/x', 'Kustomization/a/y']);
});

it('isDriven() knows the kinds by group', () => {
  assert.equal(isDriven(source('s')), true);
  assert.equal(isDriven({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }), false);
});
