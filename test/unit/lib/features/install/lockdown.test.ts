import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listLockdownArgs } from '../../../../../src/lib/features/install/lockdown.ts';

const ALL = ['source-controller', 'kustomize-controller', 'helm-controller', 'notification-controller', 'source-watcher'];

describe('listLockdownArgs()', () => {
  it('adds nothing to what Flux ships, but the gate that source-watcher needs', () => {
    const choice = { rbac: 'standard', multiTenant: false } as const;
    for (const name of ALL) assert.deepEqual(listLockdownArgs(name, choice, ['source-controller']), []);
    assert.deepEqual(listLockdownArgs('helm-controller', choice, ALL), ['--feature-gates=ExternalArtifact=true']);
  });

  it('lets source-controller log in to a cloud as an account where one is named', () => {
    const choice = { rbac: 'standard', multiTenant: false, sourceAccount: 'puller' } as const;
    assert.deepEqual(listLockdownArgs('source-controller', choice, []), ['--feature-gates=ObjectLevelWorkloadIdentity=true']);
    assert.deepEqual(listLockdownArgs('kustomize-controller', choice, []), []);
  });

  it('lets no controller of a narrow profile watch Secrets, nor run with its own rights', () => {
    const choice = { rbac: 'namespaced', multiTenant: false } as const;
    assert.deepEqual(listLockdownArgs('kustomize-controller', choice, []), [
      '--default-service-account=default',
      '--feature-gates=DisableConfigWatchers=true',
    ]);
    assert.deepEqual(listLockdownArgs('notification-controller', choice, []), ['--feature-gates=DisableConfigWatchers=true']);
    assert.deepEqual(listLockdownArgs('source-controller', choice, []), []);
  });

  it('locks tenants in on every controller that has the flag, with the gate that the accounts of clouds need', () => {
    const choice = { rbac: 'standard', multiTenant: true } as const;
    const gate = '--feature-gates=ObjectLevelWorkloadIdentity=true';
    assert.deepEqual(listLockdownArgs('source-controller', choice, []), ['--default-service-account=default', gate]);
    assert.deepEqual(listLockdownArgs('source-watcher', choice, []), ['--no-cross-namespace-refs=true']);
    assert.deepEqual(listLockdownArgs('kustomize-controller', choice, []), [
      '--no-cross-namespace-refs=true',
      '--no-remote-bases=true',
      '--default-service-account=default',
      '--default-decryption-service-account=default',
      '--default-kubeconfig-service-account=default',
      gate,
    ]);
    for (const name of ['image-reflector-controller', 'image-automation-controller', 'notification-controller']) {
      assert.deepEqual(listLockdownArgs(name, choice, []), [
        '--no-cross-namespace-refs=true',
        '--default-service-account=default',
        gate,
      ]);
    }
  });
});
