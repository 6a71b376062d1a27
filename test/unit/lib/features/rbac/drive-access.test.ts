import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { actsAsCaller, type DriveScope, listDriveAccess } from '../../../../../src/lib/features/rbac/drive-access.ts';
import { parseCaller } from '../../../../../src/lib/features/rbac/index.ts';

const SCOPE: DriveScope = { namespace: 'apps', fluxNamespace: 'flux-system', withSources: true, watches: false, headroom: false };
const SOURCE: K8sObject = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'team', namespace: 'apps' },
  spec: { interval: '1m', url: 'https://h/r', secretRef: { name: 'login' }, verify: { secretRef: { name: 'keys' } } },
};
const KUSTOMIZATION: K8sObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'web', namespace: 'apps' },
  spec: {
    interval: '1m',
    prune: true,
    serviceAccountName: 'dev',
    sourceRef: { kind: 'GitRepository', name: 'team' },
    decryption: { provider: 'sops', secretRef: { name: 'sops' } },
    postBuild: {
      substituteFrom: [
        { kind: 'ConfigMap', name: 'settings' },
        { kind: 'Secret', name: 'tokens' },
      ],
    },
  },
};

const list = (change: Partial<DriveScope> = {}): string[] =>
  listDriveAccess([SOURCE, KUSTOMIZATION], { ...SCOPE, ...change }, () => undefined).map(
    ({ verb, resource, namespace = '*', name }) => `${verb} ${resource}${name === undefined ? '' : `/${name}`} in ${namespace}`,
  );

describe('listDriveAccess()', () => {
  it('reads by name what the objects name, and acts as their accounts', () => {
    const access = list();
    for (const wanted of [
      'get secrets/login in apps',
      'get secrets/keys in apps',
      'get secrets/sops in apps',
      'get secrets/tokens in apps',
      'get configmaps/settings in apps',
      'impersonate serviceaccounts/dev in apps',
      'list kustomizations in apps',
      'patch gitrepositories/status in apps',
      'update leases/source-controller-leader-election in flux-system',
    ]) {
      assert.ok(access.includes(wanted), wanted);
    }
    assert.ok(!access.some((line) => /^(list|watch) (secrets|configmaps)|^watch|serviceaccounts\/token/.test(line)));
  });

  it('keeps to the named objects, and leaves sources to their controller', () => {
    const access = list({ names: ['web'], withSources: false });
    assert.ok(access.includes('patch kustomizations/web in apps'));
    assert.ok(access.includes('get gitrepositories/team in apps'));
    assert.ok(!access.some((line) => /list|gitrepositories\/status|source-controller|secrets\/login/.test(line)));
  });

  it('looks at all namespaces, leaves room, and watches, where that is asked for', () => {
    const access = list({ headroom: true, watches: true });
    assert.ok(access.includes('get secrets in apps'));
    assert.ok(access.includes('watch kustomizations in apps'));
    const { namespace: _namespace, ...everywhere } = SCOPE;
    const all = listDriveAccess([SOURCE, KUSTOMIZATION], everywhere, () => undefined);
    assert.ok(
      all.some(({ verb, resource, namespace }) => verb === 'list' && resource === 'kustomizations' && namespace === undefined),
    );
  });
});

describe('actsAsCaller()', () => {
  it('tells those that name no account', () => {
    const nameless = { ...KUSTOMIZATION, spec: { interval: '1m' } };
    assert.equal(actsAsCaller(KUSTOMIZATION, {}), false);
    assert.equal(actsAsCaller(nameless, {}), true);
    assert.equal(actsAsCaller(nameless, { defaultServiceAccount: 'default' }), false);
  });
});

describe('parseCaller()', () => {
  it('tells an account from a user', () => {
    assert.deepEqual(parseCaller('system:serviceaccount:ci:runner'), { kind: 'ServiceAccount', namespace: 'ci', name: 'runner' });
    assert.deepEqual(parseCaller('jane@example.com'), { kind: 'User', name: 'jane@example.com' });
  });
});
