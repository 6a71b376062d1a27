import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  makeBucket,
  makeBucketSecret,
  makeHelmChart,
  makeHelmRepository,
  makeOciRepository,
  parseChartSource,
} from '../../../../../src/lib/features/create/index.ts';
import { codeOf } from './thrown-code.ts';

const BASE = { name: 'fleet', namespace: 'apps', labels: {} };
const NO_VERIFY = { verifyProvider: '', verifySecretRef: '', verifySubject: '', verifyIssuer: '' };

describe('makeBucket()', () => {
  const bucket = {
    bucketName: 'b',
    endpoint: 'e',
    provider: 'generic',
    region: '',
    insecure: false,
    secretRef: '',
    proxySecretRef: '',
    ignorePaths: [],
    interval: 60_000,
    fetchTimeout: 0,
  };

  test('leaves out what was not asked for', () => {
    assert.deepEqual(makeBucket(BASE, bucket), {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'Bucket',
      metadata: { name: 'fleet', namespace: 'apps' },
      spec: { bucketName: 'b', endpoint: 'e', provider: 'generic', interval: '1m0s' },
    });
  });

  test('wants a name and an endpoint: create/flag-missing', () => {
    for (const wrong of [{ bucketName: '' }, { endpoint: '' }])
      assert.equal(
        codeOf(() => makeBucket(BASE, { ...bucket, ...wrong })),
        'create/flag-missing',
      );
  });

  test('has a secret where both keys are given', () => {
    const secret = makeBucketSecret(BASE, { accessKey: 'a', secretKey: 's' });
    assert.equal(secret?.metadata.name, 'bucket-fleet');
    assert.deepEqual(secret?.['stringData'], { accesskey: 'a', secretkey: 's' });
    assert.equal(makeBucketSecret(BASE, { accessKey: 'a', secretKey: '' }), undefined);
  });
});

describe('makeHelmRepository()', () => {
  const repository = {
    url: 'https://charts.example.com',
    secretRef: '',
    passCredentials: true,
    ociProvider: 'aws',
    interval: 60_000,
    fetchTimeout: 5000,
  };
  const specOf = (more: object): unknown => makeHelmRepository(BASE, { ...repository, ...more })['spec'];

  test('passes a login on only where there is one, and has a provider only with oci', () => {
    assert.deepEqual(specOf({}), { url: repository.url, interval: '1m0s', timeout: '5s' });
    assert.deepEqual(specOf({ secretRef: 'auth' }), {
      url: repository.url,
      interval: '1m0s',
      timeout: '5s',
      secretRef: { name: 'auth' },
      passCredentials: true,
    });
    const oci = specOf({ url: 'OCI://ghcr.io/x' }) as Record<string, unknown>;
    assert.deepEqual([oci['type'], oci['provider']], ['oci', 'aws']);
  });

  const failures: Readonly<Record<string, string>> = {
    '': 'create/flag-missing',
    'https://a b': 'create/bad-url',
    'https://': 'create/bad-url',
    'https:///x': 'create/bad-url',
    'ftp://x': 'create/bad-url-scheme',
    'charts.example.com': 'create/bad-url-scheme',
  };
  for (const [url, code] of Object.entries(failures))
    test(`refuses ${JSON.stringify(url)}: ${code}`, () =>
      assert.equal(
        codeOf(() => specOf({ url })),
        code,
      ));
});

describe('makeHelmChart()', () => {
  const chart = {
    ...NO_VERIFY,
    source: { kind: 'HelmRepository', name: 'r' },
    chart: 'c',
    chartVersion: '',
    reconcileStrategy: 'ChartVersion',
    interval: 60_000,
  };

  test('wants a source, a chart, and a provider for whatever verifies: create/flag-missing', () => {
    for (const wrong of [{ source: undefined }, { chart: '' }, { verifySubject: 's' }, { verifySecretRef: 'k' }])
      assert.equal(
        codeOf(() => makeHelmChart(BASE, { ...chart, ...wrong })),
        'create/flag-missing',
      );
  });

  test('has an identity with both parts, of which one may be empty', () => {
    const { spec } = makeHelmChart(BASE, { ...chart, verifyProvider: 'cosign', verifyIssuer: 'i' }) as unknown as {
      spec: { verify: unknown };
    };
    assert.deepEqual(spec.verify, { provider: 'cosign', matchOIDCIdentity: [{ issuer: 'i', subject: '' }] });
  });
});

describe('parseChartSource()', () => {
  test('knows the kind whatever its case, and a namespace behind the last dot', () => {
    assert.deepEqual(parseChartSource('helmrepository/a.b.c', { withNamespace: true }), {
      kind: 'HelmRepository',
      name: 'a.b',
      namespace: 'c',
    });
    assert.deepEqual(parseChartSource('Bucket/a.b', { withNamespace: false }), { kind: 'Bucket', name: 'a.b' });
  });

  for (const text of ['', ' ', 'podinfo', 'a/b/c', 'HelmRepository/', 'OCIRepository/x'])
    test(`refuses ${JSON.stringify(text)}: create/bad-reference`, () =>
      assert.equal(
        codeOf(() => parseChartSource(text, { withNamespace: true })),
        'create/bad-reference',
      ));
});

describe('makeOciRepository()', () => {
  const repository = {
    ...NO_VERIFY,
    url: 'oci://x/y',
    tag: '1',
    tagSemver: '',
    digest: '',
    provider: 'generic',
    secretRef: '',
    proxySecretRef: '',
    certRef: '',
    serviceAccount: '',
    insecure: false,
    ignorePaths: [],
    layerSelector: '',
    interval: 60_000,
    fetchTimeout: 0,
  };

  const failures: readonly (readonly [object, string])[] = [
    [{ url: '' }, 'create/flag-missing'],
    [{ tag: '' }, 'create/flag-missing'],
    [{ layerSelector: 'x' }, 'create/bad-value'],
    [{ layerSelector: ':copy' }, 'create/bad-value'],
    [{ layerSelector: 'x:link' }, 'create/bad-value'],
  ];
  for (const [wrong, code] of failures)
    test(`refuses ${JSON.stringify(wrong)}: ${code}`, () =>
      assert.equal(
        codeOf(() => makeOciRepository(BASE, { ...repository, ...wrong })),
        code,
      ));
});
