import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import {
  checkRenderOptions,
  DEFAULT_RENDER_OPTIONS,
  type RenderOptions,
  selectComponents,
  versionOf,
} from '../../../../../src/lib/features/install/options.ts';

const refuses = (change: Partial<RenderOptions>, code: string, message: RegExp): void => {
  assert.throws(
    () => checkRenderOptions({ ...DEFAULT_RENDER_OPTIONS, ...change }),
    (error) => isFluxError(error, code) && message.test(error.message),
  );
};

describe('checkRenderOptions()', () => {
  it('takes the defaults', () => {
    checkRenderOptions(DEFAULT_RENDER_OPTIONS);
  });

  it('takes no components at all', () => {
    checkRenderOptions({ ...DEFAULT_RENDER_OPTIONS, components: [] });
  });

  it('refuses a namespace that is no DNS label', () => {
    refuses({ namespace: 'Bad_NS' }, 'install/bad-namespace', /^namespace must be a valid DNS label: "Bad_NS"$/);
    refuses({ namespace: '' }, 'install/bad-namespace', /DNS label/);
    refuses({ namespace: 'a'.repeat(64) }, 'install/bad-namespace', /DNS label/);
    refuses({ namespace: 'a\n' }, 'install/bad-namespace', /DNS label/);
  });

  it('refuses a component that there is not', () => {
    refuses({ components: ['web-controller'] }, 'install/unknown-component', /^component web-controller is not available$/);
    refuses({ componentsExtra: ['constructor'] }, 'install/unknown-component', /not available/);
  });

  it('refuses a component that is named twice', () => {
    refuses({ componentsExtra: ['source-controller'] }, 'install/duplicate-component', /source-controller is named twice/);
  });

  it('refuses credentials without a Secret for them', () => {
    refuses({ registryCreds: 'a:b' }, 'install/creds-without-secret', /requires --image-pull-secret/);
  });

  it('refuses credentials that are not user:password, without repeating them', () => {
    refuses({ registryCreds: 'hunter2', imagePullSecret: 'x' }, 'install/bad-creds', /^(?!.*hunter2).*'user:password'$/);
    refuses({ registryCreds: 'a:b:c', imagePullSecret: 'x' }, 'install/bad-creds', /user:password/);
  });

  it('refuses a version without its v', () => {
    refuses({ version: '2.9.4' }, 'install/bad-version', /^targeted version '2.9.4' must be prefixed with 'v'$/);
  });

  it('refuses a version that this release does not carry', () => {
    refuses({ version: 'v2.8.0' }, 'install/other-version', /^targeted version 'v2.8.0' is not compatible/);
    refuses({ version: 'latest' }, 'install/other-version', /carries Flux v2.9.4/);
  });
});

describe('selectComponents()', () => {
  it('keeps the order, the extra ones last', () => {
    assert.deepEqual(selectComponents({ components: ['b', 'a'], componentsExtra: ['c'] }), ['b', 'a', 'c']);
  });
});

describe('versionOf()', () => {
  it('is that of this release where none is given', () => {
    assert.equal(versionOf({ version: '' }), 'v2.9.4');
    assert.equal(versionOf({ version: 'v1' }), 'v1');
  });

  it('refuses namespaces to watch where all are watched, and names that are none or come twice', () => {
    const check = (change: Partial<RenderOptions>) => () => checkRenderOptions({ ...DEFAULT_RENDER_OPTIONS, ...change });
    const bad = { code: 'install/bad-profile' };
    assert.throws(check({ watchNamespaces: ['apps'] }), bad);
    assert.throws(check({ rbac: 'least-privilege', watchNamespaces: ['apps'] }), bad);
    assert.throws(check({ rbac: 'namespaced', watchNamespaces: ['Apps'] }), bad);
    assert.throws(check({ rbac: 'namespaced', watchNamespaces: ['apps', 'apps'] }), bad);
    assert.throws(check({ rbac: 'namespaced', watchNamespaces: ['flux-system'] }), bad);
    assert.throws(check({ rbac: 'namespaced', watchNamespaces: ['a'.repeat(40)] }), bad);
    assert.doesNotThrow(check({ rbac: 'namespaced', watchNamespaces: ['apps', 'web'] }));
  });
});
