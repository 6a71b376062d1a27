import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import {
  type BootstrapOptions,
  checkBootstrapOptions,
  DEFAULT_BOOTSTRAP_OPTIONS,
  folderOf,
  normalizeSyncPath,
} from '../../../../../src/lib/features/bootstrap/options.ts';

const refuses = (change: Partial<BootstrapOptions>, code: string, message: string): void => {
  assert.throws(
    () => checkBootstrapOptions({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...change }),
    (error) => isFluxError(error, code) && error.message === message,
  );
};

describe('checkBootstrapOptions()', () => {
  it('takes the defaults', () => {
    checkBootstrapOptions(DEFAULT_BOOTSTRAP_OPTIONS);
  });

  it('wants the two controllers without which nothing reconciles', () => {
    const components = ['kustomize-controller'];
    refuses({ components }, 'bootstrap/component-required', 'component source-controller is required');
    refuses({ components: ['source-controller'] }, 'bootstrap/component-required', 'component kustomize-controller is required');
  });

  it('wants a token for a login with a token', () => {
    const message = 'a password or token is required with --token-auth';
    refuses({ tokenAuth: true }, 'bootstrap/no-password', message);
    refuses({ withBearerToken: true }, 'bootstrap/no-password', message);
  });

  it('takes the identity of a cloud alone', () => {
    const azure = { url: 'https://dev.azure.com/o/p/_git/r', provider: 'azure' } as const;
    checkBootstrapOptions({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...azure, password: 'ours' });
    const twice = 'the cluster logs in by its identity in azure, or with ';
    refuses({ ...azure, tokenAuth: true, password: 'x' }, 'bootstrap/two-logins', `${twice}a token, not both`);
    refuses({ ...azure, privateKey: 'KEY' }, 'bootstrap/two-logins', `${twice}a private key, not both`);
  });

  it('wants an account where it can log in, and nowhere else', () => {
    const azure = { url: 'https://dev.azure.com/o/p/_git/r', provider: 'azure' } as const;
    checkBootstrapOptions({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...azure, sourceAccount: 'puller' });
    checkBootstrapOptions({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...azure, rbac: 'least-privilege' });
    const code = 'bootstrap/bad-account';
    refuses({ sourceAccount: 'x' }, code, 'an account logs in to clouds only, and the repository is in none');
    refuses({ ...azure, sourceAccount: 'A b' }, code, '"A b" is no name of a service account');
  });

  it('checks what installing checks', () => {
    refuses({ registryCreds: 'a:b' }, 'install/creds-without-secret', '--registry-creds requires --image-pull-secret to be set');
  });
});

describe('normalizeSyncPath()', () => {
  it('gives the form ./a/b', () => {
    for (const path of ['clusters/demo', './clusters/demo', '/clusters/demo/', ' clusters//./demo ']) {
      assert.equal(normalizeSyncPath(path), './clusters/demo');
    }
  });

  it('gives ./ for the root', () => {
    for (const path of ['', '.', './', '/']) assert.equal(normalizeSyncPath(path), './');
  });

  it('never leads out of the repository', () => {
    assert.equal(normalizeSyncPath('../../etc'), './etc');
    assert.equal(normalizeSyncPath('a/../../b'), './b');
  });

  it('changes nothing the second time', () => {
    assert.equal(normalizeSyncPath(normalizeSyncPath('a/b')), './a/b');
  });
});

describe('folderOf()', () => {
  it('is the namespace within the path', () => {
    assert.equal(folderOf({ path: './clusters/demo', namespace: 'flux-system' }), 'clusters/demo/flux-system');
    assert.equal(folderOf({ path: '', namespace: 'flux-system' }), 'flux-system');
  });
});
