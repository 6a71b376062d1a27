import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { hasDrifted, isNew } from '../../../../../src/lib/engine/ssa/detect-drift.ts';

const read = (yaml: string): K8sObject => parseYaml(yaml) as K8sObject;
const LIVE = `{apiVersion: v1, kind: ConfigMap, metadata: {name: x, resourceVersion: "1", labels: {a: b}}, data: {k: v}}`;

it('hasDrifted() minds labels, annotations and content', () => {
  const live = read(LIVE);
  assert.equal(hasDrifted(live, read(LIVE)), false);
  assert.equal(hasDrifted(live, read(LIVE.replace('a: b', 'a: c'))), true);
  assert.equal(hasDrifted(live, read(LIVE.replace('k: v', 'k: w'))), true);
  assert.equal(hasDrifted(live, read(LIVE.replace('name: x', 'name: x, annotations: {a: b}'))), true);
});

it('hasDrifted() does not mind other metadata, status, or empty against absent annotations', () => {
  const live = read(LIVE);
  const merged = read(LIVE.replace('name: x', 'name: x, annotations: {}, finalizers: [f], managedFields: [{}]'));
  assert.equal(hasDrifted(live, { ...merged, status: { phase: 'x' } }), false);
});

it('hasDrifted() says yes where there is no live object', () => {
  assert.equal(hasDrifted(undefined, read(LIVE)), true);
  assert.equal(isNew(read(LIVE.replace('resourceVersion: "1", ', ''))), true);
});

it('hasDrifted() forgives the metrics that old servers repeat', () => {
  const scaler = `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x, resourceVersion: "1"}, spec: {metrics: [{type: Resource}]}}`;
  const repeated = scaler.replace('[{type: Resource}]', '[{type: Resource}, {type: Resource}, {}]');
  assert.equal(hasDrifted(read(scaler), read(repeated)), false);
});
