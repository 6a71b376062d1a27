import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from '../support/connect-kube.ts';
import { useSandbox } from '../support/sandbox.ts';

const NAMESPACE = `kube-writes-${process.pid}`;
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };

let client: KubeClient;

before(async () => {
  client = await connectKube((await useSandbox()).kubeconfigPath);
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
});
after(async () => {
  await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
  await client.close();
});

const configMap = (name: string, data: Record<string, string> = {}): K8sObject => ({
  ...CONFIG_MAP,
  metadata: { name, namespace: NAMESPACE },
  data,
});
const ref = (name: string) => ({ ...CONFIG_MAP, name, namespace: NAMESPACE });
const fails = (code: string, status: number) => (error: unknown) =>
  isFluxError(error, code) && error.details?.['status'] === status && error.message !== '';

test('apply() writes as its field manager, and asks before it takes what another owns', async () => {
  const written = await client.apply(configMap('owned', { a: '1' }), { fieldManager: 'one' });
  assert.deepEqual(
    written.metadata.managedFields?.map((entry) => [entry.manager, entry.operation]),
    [['one', 'Apply']],
  );
  await assert.rejects(
    client.apply(configMap('owned', { a: '2' }), { fieldManager: 'two' }),
    (error) => fails('kube/conflict', 409)(error) && JSON.stringify(error).includes('.data.a'),
  );
  const forced = await client.apply(configMap('owned', { a: '2' }), { fieldManager: 'two', force: true });
  assert.deepEqual(forced['data'], { a: '2' });
});

test('a dry run answers as if, and stores nothing', async () => {
  const answer = await client.apply(configMap('dry', { a: '1' }), { fieldManager: 'one', dryRun: true });
  assert.notEqual(answer.metadata.uid, undefined);
  assert.equal(await client.get(ref('dry')), undefined);
  await client.create(configMap('kept'));
  assert.equal(await client.delete(ref('kept'), { dryRun: true }), true);
  assert.notEqual(await client.get(ref('kept')), undefined);
});

test('patch() and replace() change an object, and a stale replace does not', async () => {
  const first = await client.create(configMap('changed', { a: '1', b: '1' }));
  await client.patch(ref('changed'), { data: { a: '2' } }, { type: 'merge' });
  const second = await client.patch(ref('changed'), [{ op: 'remove', path: '/data/b' }], { type: 'json' });
  assert.deepEqual(second['data'], { a: '2' });
  await assert.rejects(client.replace({ ...first, data: {} }), fails('kube/conflict', 409));
  assert.deepEqual((await client.replace({ ...second, data: { c: '3' } }))['data'], { c: '3' });
});

test('delete() spares an object with another uid, and says where there was none', async () => {
  await client.create(configMap('deleted'));
  await assert.rejects(client.delete(ref('deleted'), { uid: 'another' }), fails('kube/conflict', 409));
  assert.equal(await client.delete(ref('deleted')), true);
  assert.equal(await client.delete(ref('deleted')), false);
});

test('list() joins its pages into one list of one version', async () => {
  const names = Array.from({ length: 620 }, (_, index) => `page-${index}`);
  await Promise.all(
    names.map(async (name) => {
      const object = configMap(name);
      await client.create({ ...object, metadata: { ...object.metadata, labels: { paged: 'yes' } } });
    }),
  );
  const listed = await client.list(CONFIG_MAP, { namespace: NAMESPACE, labelSelector: 'paged=yes' });
  assert.equal(listed.items.length, 620);
  assert.ok(listed.items.every((item) => item.kind === 'ConfigMap' && item.apiVersion === 'v1'));
  assert.match(listed.resourceVersion, /^\d+$/);
  const metadata = await client.list(CONFIG_MAP, { namespace: NAMESPACE, labelSelector: 'paged=yes', metadataOnly: true });
  assert.deepEqual(Object.keys(metadata.items[0] ?? {}).sort(), ['apiVersion', 'kind', 'metadata']);
});

test('errors of the server keep its message, status and causes', async () => {
  await client.create(configMap('there'));
  await assert.rejects(client.create(configMap('there')), fails('kube/already-exists', 409));
  await assert.rejects(client.create(configMap('A_B')), (error) => {
    assert.ok(fails('kube/invalid', 422)(error));
    assert.match(JSON.stringify(error), /"field":"metadata.name"/);
    return true;
  });
  const elsewhere = { ...configMap('x'), metadata: { name: 'x', namespace: 'no-such-namespace' } };
  await assert.rejects(client.create(elsewhere), fails('kube/not-found', 404));
  const unknownField = { ...configMap('x'), nonsense: true };
  await assert.rejects(client.create(unknownField, { fieldValidation: 'Strict' }), fails('kube/server-error', 400));
});

test('errors about a Secret do not show its values', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: NAMESPACE }, stringData: { pin: 987654 } };
  await assert.rejects(
    client.apply(secret, { fieldManager: 'one' }),
    (error) => isFluxError(error, 'kube/') && !JSON.stringify(error).includes('987654'),
  );
});

test('a namespaced object without a namespace is refused with kube/no-namespace', async () => {
  await assert.rejects(client.get({ ...CONFIG_MAP, name: 'x' }), (error) => isFluxError(error, 'kube/no-namespace'));
});

test('impersonate() acts as the account, with the groups that the server gives it', async () => {
  const account = client.impersonate(`system:serviceaccount:${NAMESPACE}:nobody`);
  assert.equal(account.user, `system:serviceaccount:${NAMESPACE}:nobody`);
  await assert.rejects(account.list(CONFIG_MAP, { namespace: NAMESPACE }), fails('kube/forbidden', 403));
  const review = await account.request({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${NAMESPACE}`, 'system:authenticated'];
  assert.deepEqual((review as { status?: { userInfo?: { groups?: string[] } } }).status?.userInfo?.groups, groups);
});
