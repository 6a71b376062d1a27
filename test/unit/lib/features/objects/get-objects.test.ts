import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { KINDS, kindNamed } from '../../../../../src/lib/core/kinds.ts';
import { formatTable } from '../../../../../src/lib/cli/format-table.ts';
import { describeObject, getObjects, parseStatusSelector } from '../../../../../src/lib/features/objects/get-objects.ts';
import { objectView } from '../../../../../src/lib/features/objects/object-view.ts';
import { fluxObject, KUSTOMIZATION, readyStatus } from './flux-objects.ts';
import { memoryStore } from './memory-store.ts';

const WEB = fluxObject(KUSTOMIZATION, 'web', {
  spec: { sourceRef: { kind: 'GitRepository', name: 'fleet' } },
  status: readyStatus('True', 'Applied revision: main@sha1:0123456789abcdef0123456789abcdef01234567'),
});
const API = fluxObject(KUSTOMIZATION, 'api', { spec: { suspend: true }, status: readyStatus('False', 'no such file') });

describe('getObjects()', () => {
  test('makes a row of each object', async () => {
    const rows = await getObjects(KUSTOMIZATION, { namespace: 'apps' }, memoryStore([WEB, API]).kube);
    assert.deepEqual(
      rows.map(({ name, ready, suspended, revision, source }) => ({ name, ready, suspended, revision, source })),
      [
        { name: 'web', ready: 'True', suspended: false, revision: 'main@sha1:abc', source: 'GitRepository/fleet' },
        { name: 'api', ready: 'False', suspended: true, revision: 'main@sha1:abc', source: '' },
      ],
    );
  });

  test('lets the server select, and asks for all namespaces where none is named', async () => {
    const store = memoryStore([WEB]);
    await getObjects(KUSTOMIZATION, { namespace: 'apps', name: 'web', labelSelector: 'a=b' }, store.kube);
    await getObjects(KUSTOMIZATION, { labelSelector: '' }, store.kube);
    assert.deepEqual(store.lists, [{ namespace: 'apps', labelSelector: 'a=b', fieldSelector: 'metadata.name=web' }, {}]);
  });

  test('selects by condition', async () => {
    const rows = await getObjects(KUSTOMIZATION, { statusSelector: 'ready=false' }, memoryStore([WEB, API]).kube);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['api'],
    );
  });

  const failures: readonly (readonly [object, RegExp, string | undefined])[] = [
    [{ namespace: 'apps' }, /^no Kustomization objects found in "apps" namespace$/, 'look in all namespaces with -A'],
    [{}, /^no Kustomization objects found in any namespace$/, undefined],
    [
      { namespace: 'apps', name: 'x' },
      /^Kustomization object 'x' not found in "apps" namespace$/,
      'look in all namespaces with -A',
    ],
  ];
  for (const [options, message, hint] of failures) {
    test(`finds nothing for ${JSON.stringify(options)}: objects/not-found`, async () => {
      await assert.rejects(
        getObjects(KUSTOMIZATION, options, memoryStore().kube),
        (error) => isFluxError(error, 'objects/not-found') && message.test(error.message) && error.hint === hint,
      );
    });
  }
});

describe('parseStatusSelector()', () => {
  const cases: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, true],
    ['', true],
    ['ready=true', true],
    ['READY=True', true],
    ['Ready!=False', true],
    ['Stalled=True', false],
    ['Stalled!=True', true],
  ];
  for (const [text, expected] of cases)
    test(`${text} fits: ${expected}`, () => assert.equal(parseStatusSelector(text)(WEB), expected));

  for (const text of ['ready', '=true', 'ready=', 'a=b=c', 'a!b']) {
    test(`refuses ${text}: objects/bad-selector`, () => {
      assert.throws(() => parseStatusSelector(text), { code: 'objects/bad-selector' });
    });
  }
});

describe('describeObject()', () => {
  test('says that an object without a Ready condition waits', () => {
    const { ready, message } = describeObject(KUSTOMIZATION, fluxObject(KUSTOMIZATION, 'new'));
    assert.deepEqual([ready, message], ['False', 'waiting to be reconciled']);
  });

  test('takes what nothing reconciles for ready', () => {
    const helm = kindNamed('HelmRepository');
    assert.equal(describeObject(helm, fluxObject(helm, 'oci', { spec: { type: 'oci' } })).message, 'Helm repository is Ready');
    const alert = kindNamed('Alert');
    assert.equal(describeObject(alert, fluxObject(alert, 'chat')).message, 'Alert is Ready');
  });

  const revisions: readonly (readonly [string, object, object])[] = [
    ['GitRepository', { artifact: { revision: 'main@sha1:1' } }, { revision: 'main@sha1:1' }],
    ['HelmRelease', { history: [{ chartVersion: '1.2.3' }] }, { revision: '1.2.3' }],
    ['HelmRelease', { lastAttemptedRevision: '1.2.4' }, { revision: '1.2.4' }],
    ['ImageRepository', { lastScanResult: { scanTime: 'T' } }, { lastScan: 'T' }],
    ['ImagePolicy', { latestRef: { name: 'img', tag: '1' } }, { image: 'img', tag: '1' }],
    ['ImageUpdateAutomation', { lastAutomationRunTime: 'T' }, { lastRun: 'T' }],
  ];
  for (const [name, status, expected] of revisions) {
    test(`reads what a ${name} shows: ${JSON.stringify(expected)}`, () => {
      const kind = kindNamed(name);
      const row: object = describeObject(kind, fluxObject(kind, 'x', { status: status as never }));
      assert.deepEqual(Object.fromEntries(Object.entries(row).filter(([key]) => key in expected)), expected);
    });
  }

  test('names the source of a HelmRelease by chart or by chartRef', () => {
    const kind = kindNamed('HelmRelease');
    const byChart = { chart: { spec: { sourceRef: { kind: 'HelmRepository', name: 'repo', namespace: 'flux-system' } } } };
    const byRef = { chartRef: { kind: 'OCIRepository', name: 'chart' } };
    assert.equal(describeObject(kind, fluxObject(kind, 'x', { spec: byChart })).source, 'HelmRepository/flux-system/repo');
    assert.equal(describeObject(kind, fluxObject(kind, 'x', { spec: byRef })).source, 'OCIRepository/chart');
  });
});

describe('objectView()', () => {
  const row = describeObject(KUSTOMIZATION, WEB);

  test('has the columns of flux get, with digests cut short', () => {
    assert.equal(
      formatTable(objectView(KUSTOMIZATION), [row]),
      'NAME  REVISION       SUSPENDED  READY  MESSAGE\nweb   main@sha1:abc  False      True   Applied revision: main@sha1:01234567\n',
    );
  });

  test('adds namespace, source and kind where asked', () => {
    const titles = (view: ReturnType<typeof objectView>) => view.map(({ title }) => title);
    assert.deepEqual(titles(objectView(KUSTOMIZATION, { allNamespaces: true, showSource: true })).slice(0, 3), [
      'Namespace',
      'Name',
      'Source',
    ]);
    assert.equal(objectView(KUSTOMIZATION, { namedByKind: true })[0]?.value(row), 'kustomization/web');
  });

  test('has a view for every kind', () => {
    for (const kind of KINDS) {
      const empty = describeObject(kind, fluxObject(kind, 'x'));
      for (const { title, value } of objectView(kind)) assert.equal(typeof value(empty), 'string', `${kind.kind} ${title}`);
    }
  });
});
