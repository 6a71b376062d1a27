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
