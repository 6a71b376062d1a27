import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { latestApiVersion } from '../../../../../src/lib/engine/apiversions/latest-versions.ts';
import { upgradeObject } from '../../../../../src/lib/engine/apiversions/upgrade-object.ts';

const read = (yaml: string): K8sObject => parseYaml(yaml) as K8sObject;

it('upgradeObject() names what it drops', () => {
  const { object, from, notes } = upgradeObject(
    read(
      `{apiVersion: kustomize.toolkit.fluxcd.io/v1beta2, kind: Kustomization, metadata: {name: x}, spec: {prune: true, validation: client}}`,
    ),
  );
  assert.equal(object.apiVersion, 'kustomize.toolkit.fluxcd.io/v1');
  assert.deepEqual(object['spec'], { prune: true });
  assert.equal(from, 'kustomize.toolkit.fluxcd.io/v1beta2');
  assert.deepEqual(
    notes.map(({ field, fate }) => [field, fate]),
    [['spec.validation', 'dropped']],
  );
});

it('upgradeObject() turns old patches into new ones', () => {
  const { object } = upgradeObject(
    read(
      `{apiVersion: kustomize.toolkit.fluxcd.io/v1beta1, kind: Kustomization, metadata: {name: x}, spec: {patchesStrategicMerge: [{kind: A}], patchesJson6902: [{target: {kind: B}, patch: [{op: remove, path: /a}]}]}}`,
    ),
  );
  assert.deepEqual(object['spec'], {
    patches: [{ patch: 'kind: A\n' }, { patch: '- op: remove\n  path: /a\n', target: { kind: 'B' } }],
  });
});

it('upgradeObject() hands back what is current or not of Flux', () => {
  const current = read(`{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: x}}`);
  assert.deepEqual(upgradeObject(current), { object: current, notes: [] });
  const foreign = read(`{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}`);
  assert.equal(upgradeObject(foreign).object, foreign);
});

it('latestApiVersion() knows that the image APIs were beta in 2.6', () => {
  const policy = { apiVersion: 'image.toolkit.fluxcd.io/v1beta1', kind: 'ImagePolicy' };
  assert.equal(latestApiVersion(policy), 'image.toolkit.fluxcd.io/v1');
  assert.equal(latestApiVersion(policy, '2.6'), 'image.toolkit.fluxcd.io/v1beta2');
  assert.equal(latestApiVersion({ apiVersion: 'apps/v1', kind: 'Deployment' }), undefined);
});
