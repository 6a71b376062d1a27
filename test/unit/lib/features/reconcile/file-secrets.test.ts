import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { readPath } from '../../../../../src/lib/core/read-object.ts';
import { addLogin, createSecretReader, storedSecret } from '../../../../../src/lib/features/reconcile/file-secrets.ts';
import { readObjects } from '../../../../../src/lib/features/reconcile/read-objects.ts';

const source = (name: string, url: string, secretRef?: string): K8sObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name, namespace: 'apps' },
  spec: { url, ...(secretRef === undefined ? {} : { secretRef: { name: secretRef } }) },
});
const secretRefOf = (object: K8sObject | undefined): unknown => readPath(object, 'spec', 'secretRef');
const LOGIN = { username: 'git', password: 'x' };

test('addLogin() gives the login to sources that name no Secret, and leaves the others alone', () => {
  const before = [source('a', 'https://git.example.com/a'), source('b', 'https://other.example.com/b', 'own')];
  const { objects, secrets } = addLogin({ objects: before, secrets: [] }, LOGIN);
  assert.deepEqual(secretRefOf(objects[0]), { name: secrets[0]?.metadata.name });
  assert.deepEqual(secretRefOf(objects[1]), { name: 'own' });
  assert.deepEqual(secrets[0]?.['data'], { username: 'Z2l0', password: 'eA==' });
  assert.equal(secretRefOf(before[0]), undefined, 'what was handed in is as it was');
});

test('addLogin() takes another port or scheme for another host: reconcile/ambiguous-login', () => {
  for (const url of ['https://git.example.com:8443/a', 'http://git.example.com/a', 'https://git.example.org/a']) {
    const objects = [source('a', 'https://git.example.com/a'), source('b', url)];
    assert.throws(
      () => addLogin({ objects, secrets: [] }, LOGIN),
      (error) => isFluxError(error, 'reconcile/ambiguous-login'),
    );
  }
});

test('addLogin() refuses a login that nothing needs: reconcile/unused-login', () => {
  assert.throws(
    () => addLogin({ objects: [source('a', 'https://git.example.com/a', 'own')], secrets: [] }, LOGIN),
    (error) => isFluxError(error, 'reconcile/unused-login'),
  );
});

test('createSecretReader() looks beside the objects first, then in the cluster', async () => {
  const secret = (namespace: string): K8sObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace } });
  const asked: (string | undefined)[] = [];
  const cluster = {
    get: (ref: ObjectRef) => {
      asked.push(ref.namespace);
      return Promise.resolve(undefined);
    },
  };
  const reader = createSecretReader([secret('apps')], cluster);
  const ref = { apiVersion: 'v1', kind: 'Secret', name: 'key' };
  assert.equal((await reader.get({ ...ref, namespace: 'apps' }))?.metadata.namespace, 'apps');
  assert.equal(await reader.get({ ...ref, namespace: 'other' }), undefined);
  assert.deepEqual(asked, ['other']);
});

test('storedSecret() makes data of stringData, which wins', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a' },
    data: { a: 'MQ==', b: 'Mg==' },
    stringData: { a: 'é' },
  };
  assert.deepEqual(storedSecret(secret)['data'], { a: 'w6k=', b: 'Mg==' });
  assert.equal(storedSecret(secret)['stringData'], undefined);
});

test('readObjects() takes Secrets beside the objects, and warns of those that are encrypted', () => {
  const plain = 'apiVersion: v1\nkind: Secret\nmetadata: {name: plain}\nstringData: {a: b}\n';
  const sealed = 'apiVersion: v1\nkind: Secret\nmetadata: {name: sealed}\nstringData: {a: "ENC[x]"}\nsops: {mac: x}\n';
  const { objects, secrets, warnings } = readObjects([{ path: 'all.yaml', text: `${plain}---\n${sealed}` }], 'apps');
  assert.deepEqual(objects, []);
  assert.deepEqual(
    secrets.map(({ metadata, data }) => [metadata.namespace, metadata.name, data]),
    [['apps', 'plain', { a: 'Yg==' }]],
  );
  assert.match(warnings.join('\n'), /^all\.yaml: Secret\/apps\/sealed is encrypted/);
});
