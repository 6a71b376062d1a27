import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type GitRepositoryOptions, makeGitRepository } from '../../../../../src/lib/features/create/index.ts';

const BASE: GitRepositoryOptions = {
  name: 'podinfo',
  namespace: 'flux-system',
  labels: {},
  url: 'https://example.com/podinfo',
  branch: 'main',
  tag: '',
  semver: '',
  commit: '',
  refName: '',
  intervalMs: 60_000,
  timeoutMs: 0,
  secretRef: '',
  proxySecretRef: '',
  provider: '',
  recurseSubmodules: false,
  ignorePaths: [],
  sparseCheckout: [],
  hasCaFile: false,
};

describe('makeGitRepository()', () => {
  test('leaves out what was not asked for', () => {
    assert.deepEqual(makeGitRepository(BASE), {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'podinfo', namespace: 'flux-system' },
      spec: { url: 'https://example.com/podinfo', interval: '1m0s', ref: { branch: 'main' } },
    });
  });

  test('has all that was asked for', () => {
    const object = makeGitRepository({
      ...BASE,
      labels: { team: 'a' },
      timeoutMs: 30_000,
      secretRef: 'auth',
      proxySecretRef: 'proxy',
      provider: 'github',
      recurseSubmodules: true,
      ignorePaths: ['/docs', '*.md'],
      sparseCheckout: ['apps'],
    });
    assert.deepEqual(object.metadata.labels, { team: 'a' });
    assert.deepEqual(object['spec'], {
      url: 'https://example.com/podinfo',
      interval: '1m0s',
      ref: { branch: 'main' },
      timeout: '30s',
      secretRef: { name: 'auth' },
      proxySecretRef: { name: 'proxy' },
      provider: 'github',
      recurseSubmodules: true,
      ignore: '/docs\n*.md',
      sparseCheckout: ['apps'],
    });
  });

  const refs: readonly (readonly [Partial<GitRepositoryOptions>, object])[] = [
    [{ tag: '1.0' }, { tag: '1.0' }],
    [{ tag: '1.0', semver: '>=1' }, { semver: '>=1' }],
    [{ semver: '>=1', refName: 'refs/pull/1/head' }, { name: 'refs/pull/1/head' }],
    [
      { refName: 'refs/pull/1/head', commit: 'abc' },
      { branch: 'main', commit: 'abc' },
    ],
    [{ branch: '', commit: 'abc' }, { commit: 'abc' }],
  ];
  for (const [options, ref] of refs)
    test(`of ${JSON.stringify(options)} takes ${JSON.stringify(ref)}`, () => {
      assert.deepEqual((makeGitRepository({ ...BASE, ...options })['spec'] as { ref: object }).ref, ref);
    });

  const failures: readonly (readonly [Partial<GitRepositoryOptions>, string])[] = [
    [{ url: '' }, 'create/url-missing'],
    [{ url: 'ftp://x' }, 'create/bad-url-scheme'],
    [{ branch: '' }, 'create/ref-missing'],
    [{ url: 'ssh://git@x/y', hasCaFile: true }, 'create/ca-file-over-ssh'],
  ];
  for (const [options, code] of failures)
    test(`refuses ${JSON.stringify(options)}: ${code}`, () =>
      assert.throws(() => makeGitRepository({ ...BASE, ...options }), { code }));
});
