import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { ignoredPaths, sparedPayload, withoutFields } from '../../../../../src/lib/engine/ssa/ignore-fields.ts';

const deployment = (spec: string, managedFields = '[]'): K8sObject =>
  parseYaml(
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, managedFields: ${managedFields}}, spec: ${spec}}`,
  ) as K8sObject;
const by = (manager: string, fields: string, operation = 'Apply'): string =>
  `{manager: ${manager}, operation: ${operation}, fieldsV1: ${fields}}`;
const specOf = (object: K8sObject): unknown => object['spec'];
const spare = (wanted: string, live: string, merged: string, managed: string, ...paths: string[]): unknown =>
  specOf(sparedPayload(deployment(wanted), deployment(live, managed), deployment(merged), paths, 'kustomize-controller'));

it('ignoredPaths() joins the paths of the rules that select an object', () => {
  const rules = [
    { paths: ['/a'], selects: ({ kind }: K8sObject) => kind === 'Deployment' },
    { paths: ['/b'], selects: () => false },
    { paths: ['/c', '/d'], selects: () => true },
  ];
  assert.deepEqual(ignoredPaths(deployment('{}'), rules), ['/a', '/c', '/d']);
});

it('withoutFields() takes out what is there, and leaves its argument alone', () => {
  const object: JsonObject = { spec: { replicas: 3, 'a/b': 1, list: [{ name: 'x', image: 'i' }] } };
  const left = withoutFields(object, [
    '/spec/replicas',
    '/spec/a~1b',
    '/spec/list/0/image',
    '/spec/list/7/image',
    '/nope/deeper',
  ]);
  assert.deepEqual(left, { spec: { list: [{ name: 'x' }] } });
  assert.deepEqual(object['spec'], { replicas: 3, 'a/b': 1, list: [{ name: 'x', image: 'i' }] });
});

it('sparedPayload() sends what is there where only we have the field', () => {
  const managed = `[${by('kustomize-controller', '{"f:spec": {"f:replicas": {}}}')}]`;
  assert.deepEqual(
    spare('{replicas: 1, paused: true}', '{replicas: 5}', '{replicas: 1, paused: true}', managed, '/spec/replicas'),
    {
      replicas: 5,
      paused: true,
    },
  );
});

it('sparedPayload() leaves out what another has applied, and not what one has only updated', () => {
  const applied = `[${by('vpa', '{"f:spec": {"f:replicas": {}}}')}]`;
  const updated = `[${by('hpa', '{"f:spec": {"f:replicas": {}}}', 'Update')}]`;
  const args = ['{replicas: 1}', '{replicas: 5}', '{replicas: 1}'] as const;
  assert.deepEqual(spare(...args, applied, '/spec/replicas'), {});
  assert.deepEqual(spare(...args, updated, '/spec/replicas'), { replicas: 5 });
});

it('sparedPayload() finds elements of lists by their keys', () => {
  const managed = `[${by('injector', '{"f:spec": {"f:containers": {"k:{\\"name\\":\\"web\\"}": {"f:image": {}}}}}')}]`;
  const list = (image: string): string => `{containers: [{name: side, image: s}, {name: web, image: ${image}}]}`;
  assert.deepEqual(spare(list('new'), list('old'), list('new'), managed, '/spec/containers/1/image'), {
    containers: [{ name: 'side', image: 's' }, { name: 'web' }],
  });
  assert.deepEqual(spare(list('new'), list('old'), list('new'), '[]', '/spec/containers/1/image'), {
    containers: [
      { name: 'side', image: 's' },
      { name: 'web', image: 'old' },
    ],
  });
});

it('sparedPayload() changes nothing where the field is as wanted', () => {
  assert.deepEqual(spare('{replicas: 1}', '{replicas: 1}', '{replicas: 1}', '[]', '/spec/replicas', '/spec/nope'), {
    replicas: 1,
  });
});

it('sparedPayload() neither brings back nor takes away what only one side has', () => {
  assert.deepEqual(spare('{replicas: 1}', '{}', '{replicas: 1}', '[]', '/spec/replicas'), {}, 'gone in the cluster');
  assert.deepEqual(spare('{}', '{replicas: 1}', '{}', '[]', '/spec/replicas'), { replicas: 1 }, 'gone in Git');
});
