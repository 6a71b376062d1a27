import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeHelmRelease, readHelmValues } from '../../../../../src/lib/features/create/index.ts';
import { codeOf } from './thrown-code.ts';

const BASE = { name: 'web', namespace: 'apps', labels: {} };
const RELEASE = {
  source: { kind: 'HelmRepository', name: 'r', namespace: 'flux-system' },
  chart: 'c',
  chartVersion: '',
  chartRef: '',
  reconcileStrategy: 'ChartVersion',
  chartInterval: 0,
  releaseName: '',
  targetNamespace: 'prod',
  storageNamespace: '',
  createTargetNamespace: true,
  dependsOn: ['db', 'infra/redis'],
  serviceAccount: '',
  crds: '',
  kubeconfigSecretRef: '',
  valuesFrom: ['secret/a'],
  interval: 60_000,
};

describe('makeHelmRelease()', () => {
  test('keeps its releases in the target namespace, unless another is named', () => {
    assert.deepEqual(makeHelmRelease(BASE, RELEASE, {})['spec'], {
      chart: {
        spec: {
          chart: 'c',
          reconcileStrategy: 'ChartVersion',
          sourceRef: { kind: 'HelmRepository', name: 'r', namespace: 'flux-system' },
        },
      },
      interval: '1m0s',
      targetNamespace: 'prod',
      storageNamespace: 'prod',
      dependsOn: [{ name: 'db' }, { namespace: 'infra', name: 'redis' }],
      install: { createNamespace: true },
      valuesFrom: [{ kind: 'Secret', name: 'a' }],
      values: {},
    });
  });

  const failures: readonly (readonly [object, string])[] = [
    [{ chart: '' }, 'create/flag-missing'],
    [{ source: undefined }, 'create/flag-missing'],
    [{ chartRef: 'HelmChart/x' }, 'create/flags-collide'],
    [{ reconcileStrategy: 'x' }, 'create/bad-value'],
    [{ chart: '', chartRef: 'helmchart/x' }, 'create/bad-reference'],
    [{ valuesFrom: ['a'] }, 'create/bad-reference'],
    [{ valuesFrom: ['Pod/a'] }, 'create/bad-reference'],
  ];
  for (const [wrong, code] of failures)
    test(`refuses ${JSON.stringify(wrong)}: ${code}`, () =>
      assert.equal(
        codeOf(() => makeHelmRelease(BASE, { ...RELEASE, ...wrong })),
        code,
      ));
});

describe('readHelmValues()', () => {
  const files: Readonly<Record<string, string>> = {
    one: 'a: {b: 1, c: [1]}\nd: x\nbig: 9007199254740993\n',
    two: 'a: {c: [2], e: yes}\nd: {f: ~}\n',
    empty: '',
    list: '- a',
    word: 'a',
    proto: '__proto__: {x: 1}\n',
    bad: 'a: b\n\tc: d\n',
  };
  const read = (path: string): Promise<string> =>
    path in files ? Promise.resolve(files[path] ?? '') : Promise.reject(Object.assign(new Error(path), { code: 'EACCES' }));

  test('merges maps, replaces everything else, and keeps all digits', async () => {
    assert.deepEqual(await readHelmValues(['one', 'two', 'empty'], read), {
      a: { b: 1, c: [2], e: true },
      d: { f: null },
      big: 9007199254740993n,
    });
  });

  test('takes a key named __proto__ for what it is', async () => {
    assert.deepEqual(Object.keys(await readHelmValues(['proto', 'one'], read)), ['__proto__', 'a', 'd', 'big']);
  });

  test('says which file is no map, or no YAML: create/bad-values, create/unreadable-file', async () => {
    await assert.rejects(readHelmValues(['one', 'list'], read), {
      code: 'create/bad-values',
      message: /from list failed: .* array /,
    });
    await assert.rejects(readHelmValues(['word'], read), { code: 'create/bad-values', message: / string into / });
    await assert.rejects(readHelmValues(['bad'], read), { code: 'create/bad-values', message: /converting .* bad failed/ });
    await assert.rejects(readHelmValues(['nope'], read), {
      code: 'create/unreadable-file',
      message: /open nope: permission denied/,
    });
  });
});
