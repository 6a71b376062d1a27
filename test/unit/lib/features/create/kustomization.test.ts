import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type KustomizationOptions,
  makeKustomization,
  parseSourceReference,
} from '../../../../../src/lib/features/create/index.ts';

const BASE: KustomizationOptions = {
  name: 'web',
  namespace: 'apps',
  labels: {},
  source: { kind: 'GitRepository', name: 'fleet' },
  path: './apps',
  intervalMs: 600_000,
  prune: false,
  wait: false,
  healthChecks: [],
  healthCheckTimeoutMs: 120_000,
  dependsOn: [],
  serviceAccount: '',
  decryptionProvider: '',
  decryptionSecret: '',
  targetNamespace: '',
  kubeConfigSecretRef: '',
  retryIntervalMs: 0,
};

const specOf = (options: Partial<KustomizationOptions>) => makeKustomization({ ...BASE, ...options })['spec'];

describe('makeKustomization()', () => {
  test('leaves out what was not asked for', () => {
    assert.deepEqual(makeKustomization(BASE), {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'web', namespace: 'apps' },
      spec: { interval: '10m0s', path: './apps', prune: false, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
    });
  });

  test('has all that was asked for', () => {
    assert.deepEqual(
      specOf({
        prune: true,
        wait: true,
        healthChecks: ['Deployment/web.apps'],
        dependsOn: ['base', 'infra/crds'],
        serviceAccount: 'team',
        decryptionProvider: 'sops',
        decryptionSecret: 'keys',
        targetNamespace: 'prod',
        kubeConfigSecretRef: 'remote',
        retryIntervalMs: 30_000,
      }),
      {
        interval: '10m0s',
        path: './apps',
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'fleet' },
        dependsOn: [{ name: 'base' }, { namespace: 'infra', name: 'crds' }],
        targetNamespace: 'prod',
        kubeConfig: { secretRef: { name: 'remote' } },
        serviceAccountName: 'team',
        retryInterval: '30s',
        wait: true,
        timeout: '2m0s',
        decryption: { provider: 'sops', secretRef: { name: 'keys' } },
      },
    );
  });

  test('reads health checks', () => {
    assert.deepEqual(
      (specOf({ healthChecks: ['Deployment/web.apps', 'HelmRelease/db.apps'] }) as { healthChecks: object }).healthChecks,
      [
        { kind: 'Deployment', name: 'web', namespace: 'apps' },
        { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', name: 'db', namespace: 'apps' },
      ],
    );
  });

  for (const text of [
    'web',
    'Deployment/web',
    'Deployment/web.apps.x',
    'Deployment/a/b.c',
    '/web.apps',
    'Deployment/.apps',
    'Pod/a.b',
  ])
    test(`refuses the health check ${text}: create/bad-health-check`, () => {
      assert.throws(() => specOf({ healthChecks: [text] }), { code: 'create/bad-health-check' });
    });

  test('wants a relative path: create/bad-path', () => {
    assert.throws(() => specOf({ path: '/apps' }), { code: 'create/bad-path' });
  });
});

describe('parseSourceReference()', () => {
  const good: readonly (readonly [string, object])[] = [
    ['fleet', { kind: 'GitRepository', name: 'fleet' }],
    ['GitRepository/fleet', { kind: 'GitRepository', name: 'fleet' }],
    ['ocirepository/fleet', { kind: 'OCIRepository', name: 'fleet' }],
    ['Bucket/fleet.flux-system', { kind: 'Bucket', name: 'fleet', namespace: 'flux-system' }],
    ['fleet.flux-system', { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' }],
  ];
  for (const [text, expected] of good) test(`reads ${text}`, () => assert.deepEqual(parseSourceReference(text), expected));

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /^no Kustomization source given/],
    ['HelmRepository/x', /^source kind 'HelmRepository' is not supported, must be one of/],
    ['GitRepository', /^no kind specified for source 'GitRepository'$/],
    ['GitRepository/', /^no name given for source of kind 'GitRepository'$/],
    ['GitRepository/.ns', /^no name given/],
  ];
  for (const [text, message] of bad)
    test(`refuses ${JSON.stringify(text)}: create/bad-source`, () => {
      assert.throws(() => parseSourceReference(text), { code: 'create/bad-source', message });
    });
});
