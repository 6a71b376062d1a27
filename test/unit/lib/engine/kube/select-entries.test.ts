import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { selectEntries } from '../../../../../src/lib/engine/kube/select-entries.ts';

const config = {
  currentContext: 'one',
  clusters: {
    c1: { server: 'https://c1', certificateAuthorityData: 'CA' },
    c2: { server: 'https://c2', insecureSkipTlsVerify: true },
  },
  users: { u1: { tokenFile: '/token' }, u2: { clientCertificateData: 'C', clientKeyData: 'K' } },
  contexts: {
    one: { cluster: 'c1', user: 'u1', namespace: 'apps' },
    two: { cluster: 'c2', user: 'u2' },
    broken: { user: 'gone' },
  },
};

test('selectEntries() follows the current context, and --context over it', () => {
  const one = selectEntries(config, {});
  assert.deepEqual([one.context, one.clusterName, one.userName, one.namespace], ['one', 'c1', 'u1', 'apps']);
  assert.equal(selectEntries(config, { context: 'two' }).cluster.server, 'https://c2');
});

test('selectEntries() takes cluster, user and namespace from their flags', () => {
  const mixed = selectEntries(config, { cluster: 'c2', user: 'u2', namespace: 'x' });
  assert.deepEqual([mixed.cluster.server, mixed.user.clientKeyData, mixed.namespace], ['https://c2', 'K', 'x']);
});

test('selectEntries() lets a flag take away what contradicts it', () => {
  assert.deepEqual(selectEntries(config, { insecureSkipTlsVerify: true }).cluster, {
    server: 'https://c1',
    insecureSkipTlsVerify: true,
  });
  assert.deepEqual(selectEntries(config, { token: 't' }).user, { token: 't' });
  assert.deepEqual(selectEntries(config, { context: 'two', certificateAuthority: '/ca' }).cluster, {
    server: 'https://c2',
    certificateAuthority: '/ca',
    insecureSkipTlsVerify: false,
  });
  assert.deepEqual(selectEntries(config, { user: 'u2', clientCertificate: '/c', clientKey: '/k' }).user, {
    clientCertificate: '/c',
    clientKey: '/k',
  });
});

test('selectEntries() makes the impersonation flags an impersonation', () => {
  const { user } = selectEntries(config, { as: 'jane', asGroup: ['g'], asUid: '1', asUserExtra: { k: ['v'] } });
  assert.deepEqual(user.impersonate, { user: 'jane', uid: '1', groups: ['g'], extra: { k: ['v'] } });
});

test('selectEntries() refuses names that are not there with kube/unknown-context', () => {
  for (const flags of [{ context: 'x' }, { cluster: 'x' }, { user: 'x' }, { context: 'broken' }]) {
    assert.throws(
      () => selectEntries(config, flags),
      (error) => isFluxError(error, 'kube/unknown-context'),
    );
  }
  assert.throws(
    () => selectEntries(config, { context: 'x' }),
    /context "x" does not exist in the kubeconfig: it has "broken", "one", "two"/,
  );
});
