import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { normalizeObjects } from '../../../../../src/lib/engine/ssa/normalize-object.ts';
import { roundTrip } from '../../../../../src/lib/engine/ssa/round-trip.ts';

const normalize = async (yaml: string): Promise<K8sObject | undefined> =>
  (await normalizeObjects([parseYaml(yaml) as K8sObject]))[0];

it('normalizeObjects() drops unknown and empty fields and adds what Go always writes', async () => {
  const found = await normalize(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {}, annotations: {a: b}}
spec:
  replicas: 0
  replcas: 3
  selector: {matchLabels: {app: web}}
  template:
    spec:
      hostNetwork: false
      containers:
      - name: web
        image: nginx
        env: [{name: EMPTY, value: ""}]
        resources: {limits: {cpu: 0.1, memory: 1024Mi}}
`);
  assert.deepEqual(found, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { a: 'b' }, creationTimestamp: null },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      strategy: {},
      template: {
        metadata: {},
        spec: {
          containers: [
            {
              name: 'web',
              image: 'nginx',
              env: [{ name: 'EMPTY' }],
              resources: { limits: { cpu: '100m', memory: '1Gi' } },
            },
          ],
        },
      },
    },
  });
});

it('normalizeObjects() gives Services and Namespaces what the typed client writes', async () => {
  const service = await normalize(`{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 80}]}}`);
  assert.deepEqual(service?.['spec'], { ports: [{ port: 80, protocol: 'TCP', targetPort: 0 }] });
  assert.deepEqual((await normalize(`{apiVersion: v1, kind: Namespace, metadata: {name: x}}`))?.['spec'], {});
});

it('normalizeObjects() leaves an object that does not fit its type as it is', async () => {
  const yaml = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {replicas: "2", unknown: 1}}`;
  assert.deepEqual((await normalize(yaml))?.['spec'], { replicas: '2', unknown: 1 });
});

it('normalizeObjects() does not touch custom kinds and roles', async () => {
  const custom = `{apiVersion: example.com/v1, kind: Widget, metadata: {name: x, labels: {}}, spec: {a: ""}}`;
  assert.deepEqual(await normalize(custom), {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'x', labels: {}, creationTimestamp: null },
    spec: { a: '' },
  });
});

it('roundTrip() gives undefined where a value has the wrong type', () => {
  const types = { kinds: {}, structs: { T: { a: 's', b: '?[i', c: '?*b', d: '?y' } } };
  assert.deepEqual(roundTrip({}, 'T', types), { a: '' });
  assert.deepEqual(roundTrip({ a: 'x', b: [1], c: false, d: 'YQ==' }, 'T', types), { a: 'x', b: [1], c: false, d: 'YQ==' });
  assert.equal(roundTrip({ a: 1 }, 'T', types), undefined);
  assert.equal(roundTrip({ b: [1.5] }, 'T', types), undefined);
  assert.equal(roundTrip({ d: 'not base64!' }, 'T', types), undefined);
});
