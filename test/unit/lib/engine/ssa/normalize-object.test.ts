import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { normalizeObject } from '../../../../../src/lib/engine/ssa/normalize-object.ts';

const normalize = (yaml: string): K8sObject => normalizeObject(parseYaml(yaml) as K8sObject);

it('normalizeObject() gives ports of containers and Services their protocol', () => {
  const pod = normalize(
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]}]}}}}`,
  );
  const ports = readPath(pod, 'spec', 'template', 'spec', 'containers') as { ports: unknown }[];
  assert.deepEqual(ports[0]?.ports, [
    { containerPort: 80, protocol: 'TCP' },
    { containerPort: 53, protocol: 'UDP' },
  ]);
  const service = normalize(`{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 80, targetPort: 80}]}}`);
  assert.deepEqual(readPath(service, 'spec', 'ports'), [{ port: 80, targetPort: 80, protocol: 'TCP' }]);
});

it('normalizeObject() folds stringData, which wins', () => {
  const secret = normalize(`{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: b2xk, b: b2xk}, stringData: {a: new}}`);
  assert.deepEqual(secret['data'], { a: 'bmV3', b: 'b2xk' });
  assert.equal('stringData' in secret, false);
});

it('normalizeObject() takes the status away, but not that of a definition', () => {
  assert.equal('status' in normalize(`{apiVersion: x/v1, kind: Widget, metadata: {name: x}, status: {a: 1}}`), false);
  const definition = `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, status: {a: 1}}`;
  assert.deepEqual(normalize(definition)['status'], { a: 1 });
  assert.equal(normalize(definition).metadata.creationTimestamp, null);
});

it('normalizeObject() leaves roles wholly alone', () => {
  const role = parseYaml(
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: x}, rules: [], status: {}}`,
  ) as K8sObject;
  assert.equal(normalizeObject(role), role);
});
