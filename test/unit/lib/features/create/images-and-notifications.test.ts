import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  makeAlert,
  makeImagePolicy,
  makeImageRepository,
  makeImageUpdate,
  makeProvider,
  makeReceiver,
} from '../../../../../src/lib/features/create/index.ts';
import { codeOf } from './thrown-code.ts';

const BASE = { name: 'app', namespace: 'apps', labels: {} };

describe('makeImagePolicy()', () => {
  const policy = {
    imageRef: 'app',
    selectSemver: '1.x',
    selectAlpha: '',
    selectNumeric: '',
    filterRegex: '',
    filterExtract: '',
    reflectDigest: '',
    interval: 0,
  };
  const specOf = (more: object): unknown => makeImagePolicy(BASE, { ...policy, ...more })['spec'];

  test('chooses by what was asked for, with a filter', () => {
    const regex = '^main-[(](?P<build>[0-9]+)\\)-(.*)$';
    assert.deepEqual(specOf({ selectSemver: '', selectNumeric: 'desc', filterRegex: regex, filterExtract: '$build-${2}-$$' }), {
      imageRepositoryRef: { name: 'app' },
      policy: { numerical: { order: 'desc' } },
      filterTags: { pattern: regex, extract: '$build-${2}-$$' },
    });
  });

  const failures: readonly (readonly [object, string])[] = [
    [{ imageRef: '' }, 'create/flag-missing'],
    [{ selectSemver: '' }, 'create/flag-missing'],
    [{ filterExtract: '$1' }, 'create/flag-missing'],
    [{ selectAlpha: 'asc' }, 'create/flags-collide'],
    [{ selectNumeric: 'asc' }, 'create/flags-collide'],
    [{ interval: 1000 }, 'create/flags-collide'],
    [{ selectSemver: '', selectAlpha: 'up' }, 'create/bad-value'],
    [{ reflectDigest: 'always' }, 'create/bad-value'],
    [{ filterRegex: '(' }, 'create/bad-value'],
    [{ filterRegex: '(?P<a>.)', filterExtract: '$b' }, 'create/bad-value'],
    [{ filterRegex: '(?P<a>.)', filterExtract: '$2' }, 'create/bad-value'],
    [{ filterRegex: '(?P<a>.)', filterExtract: '${a' }, 'create/bad-value'],
    [{ filterRegex: '(?P<a>.)', filterExtract: 'x$' }, 'create/bad-value'],
    [{ filterRegex: '\\Q(?P<a>.)\\E[(?P<b>)]', filterExtract: '$a' }, 'create/bad-value'],
  ];
  for (const [wrong, code] of failures)
    test(`refuses ${JSON.stringify(wrong)}: ${code}`, () =>
      assert.equal(
        codeOf(() => specOf(wrong)),
        code,
      ));
});

describe('makeImageRepository()', () => {
  const make = (image: string): unknown =>
    makeImageRepository(BASE, { image, secretRef: '', certRef: '', interval: 60_000, scanTimeout: 0 })['spec'];

  test('takes images without a tag', () => {
    for (const image of ['alpine', 'localhost/xy', 'localhost:5000/app', 'ghcr.io/a/b', 'a/b'])
      assert.deepEqual(make(image), { image, interval: '1m0s' });
  });

  test('refuses others: create/bad-image, create/flag-missing', () => {
    for (const image of [
      'a:1',
      'x',
      'localhost/x',
      'ghcr.io/A/b',
      'ghcr.io/',
      `ghcr.io/${'a'.repeat(256)}`,
      'gh cr.io/a',
      'a.b:c/d',
    ])
      assert.equal(
        codeOf(() => make(image)),
        'create/bad-image',
        image,
      );
    assert.equal(
      codeOf(() => make('')),
      'create/flag-missing',
    );
  });
});

describe('makeImageUpdate()', () => {
  const update = {
    gitRepoRef: 'fleet',
    gitRepoNamespace: '',
    gitRepoPath: '',
    checkoutBranch: 'main',
    pushBranch: '',
    commitTemplate: '',
    authorName: 'flux',
    authorEmail: 'flux@example.com',
    signingKeySecret: '',
    signingKeyType: '',
    interval: 60_000,
  };
  const failures: readonly (readonly [object, string])[] = [
    [{ gitRepoRef: '' }, 'create/flag-missing'],
    [{ checkoutBranch: '' }, 'create/flag-missing'],
    [{ authorName: '' }, 'create/flag-missing'],
    [{ authorEmail: '' }, 'create/flag-missing'],
    [{ signingKeyType: 'ssh' }, 'create/flag-missing'],
    [{ signingKeySecret: 'k', signingKeyType: 'x' }, 'create/bad-value'],
  ];
  for (const [wrong, code] of failures)
    test(`refuses ${JSON.stringify(wrong)}: ${code}`, () =>
      assert.equal(
        codeOf(() => makeImageUpdate(BASE, { ...update, ...wrong })),
        code,
      ));

  test('has a key without a type, which the controller takes for GPG', () => {
    const { spec } = makeImageUpdate(BASE, { ...update, signingKeySecret: 'k' }) as unknown as {
      spec: { git: { commit: unknown } };
    };
    assert.deepEqual(spec.git.commit, {
      author: { name: 'flux', email: 'flux@example.com' },
      signingKey: { secretRef: { name: 'k' } },
    });
  });
});

describe('makeAlert(), makeProvider(), makeReceiver()', () => {
  test('an Alert hears of objects in other namespaces too', () => {
    const alert = makeAlert(BASE, { providerRef: 'p', eventSeverity: '', eventSource: ['Kustomization/*', 'HelmRelease/a.b.c'] });
    assert.deepEqual(alert['spec'], {
      providerRef: { name: 'p' },
      eventSources: [
        { kind: 'Kustomization', name: '*' },
        { kind: 'HelmRelease', name: 'a.b', namespace: 'c' },
      ],
    });
  });

  test('a Receiver has an interval only where one was asked for', () => {
    const receiver = { type: 'github', secretRef: 's', event: [], resource: ['GitRepository/x'] };
    assert.equal('interval' in (makeReceiver(BASE, receiver)['spec'] as object), false);
    assert.equal((makeReceiver(BASE, { ...receiver, interval: 1000 })['spec'] as { interval: string }).interval, '1s');
  });

  test('what is needed must be there: create/flag-missing', () => {
    const alert = { providerRef: 'p', eventSeverity: '', eventSource: ['a/b'] };
    const receiver = { type: 'github', secretRef: 's', event: [], resource: ['a/b'] };
    for (const wrong of [{ providerRef: '' }, { eventSource: [] }])
      assert.equal(
        codeOf(() => makeAlert(BASE, { ...alert, ...wrong })),
        'create/flag-missing',
      );
    for (const wrong of [{ type: '' }, { secretRef: '' }, { resource: [] }])
      assert.equal(
        codeOf(() => makeReceiver(BASE, { ...receiver, ...wrong })),
        'create/flag-missing',
      );
    const provider = { type: '', address: '', channel: '', username: '', secretRef: '' };
    assert.equal(
      codeOf(() => makeProvider(BASE, provider)),
      'create/flag-missing',
    );
    assert.equal(
      codeOf(() => makeAlert(BASE, { ...alert, eventSource: ['x'] })),
      'create/bad-reference',
    );
    assert.equal(
      codeOf(() => makeReceiver(BASE, { ...receiver, resource: ['x'] })),
      'create/bad-reference',
    );
  });
});
