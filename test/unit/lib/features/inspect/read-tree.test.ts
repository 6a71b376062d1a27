import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { formatTree, listTree, readTree, type TreeNode } from '../../../../../src/lib/features/inspect/index.ts';
import { memoryStore } from '../objects/memory-store.ts';

function kustomization(name: string, ids: readonly string[], spec: JsonObject = {}): K8sObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system' },
    spec,
    status: { inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) } },
  };
}

const KS = (name: string) => `flux-system_${name}_kustomize.toolkit.fluxcd.io_Kustomization`;

async function draw(objects: readonly K8sObject[], compact = false): Promise<string> {
  return formatTree(await readTree({ namespace: 'flux-system', name: 'root', compact }, readerOf(objects)));
}

/** Kinds that begin with "Cluster" or are a Namespace are cluster-scoped, and a Foo is not known. */
function readerOf(objects: readonly K8sObject[]): Parameters<typeof readTree>[1] {
  const { kube } = memoryStore(objects);
  return {
    get: (ref) => kube.get(ref),
    list: async (kind, { labelSelector }) => {
      const { items } = await kube.list(kind);
      const wanted = labelSelector.split(',').map((one) => one.split('='));
      return { items: items.filter(({ metadata: { labels } }) => wanted.every(([key = '', value]) => labels?.[key] === value)) };
    },
    resourceOf: async ({ kind }) =>
      kind === 'Foo' ? undefined : { namespaced: !/^(Cluster|Namespace|CustomResource)/.test(kind) },
  };
}

describe('readTree()', () => {
  const objects = [
    kustomization('root', ['_apps__Namespace', KS('web'), 'apps_git_source.toolkit.fluxcd.io_GitRepository']),
    kustomization('web', ['apps_web__Service', 'apps_web_apps_Deployment']),
  ];

  test('goes into the Kustomizations among what was applied', async () => {
    assert.equal(
      await draw(objects),
      [
        'Kustomization/flux-system/root',
        '├── Namespace/apps',
        '├── Kustomization/flux-system/web',
        '│   ├── Service/apps/web',
        '│   └── Deployment/apps/web',
        '└── GitRepository/apps/git',
        '',
      ].join('\n'),
    );
  });

  test("leaves out what is not Flux's where asked", async () => {
    assert.equal(
      await draw(objects, true),
      'Kustomization/flux-system/root\n├── Kustomization/flux-system/web\n└── GitRepository/apps/git\n',
    );
  });

  test('ends where one is in its own inventory, directly or by way of others', async () => {
    const circle = [kustomization('root', [KS('root'), KS('web')]), kustomization('web', [KS('root'), '_x__Namespace'])];
    assert.equal(await draw(circle), 'Kustomization/flux-system/root\n└── Kustomization/flux-system/web\n    └── Namespace/x\n');
  });

  test('shows one that two others have below both', async () => {
    const shared = [kustomization('root', [KS('a'), KS('b')]), kustomization('a', [KS('c')]), kustomization('b', [KS('c')])];
    assert.equal((await draw(shared)).match(/Kustomization\/flux-system\/c/g)?.length, 2);
  });

  test('does not look for objects of another cluster here', async () => {
    const remote = [kustomization('root', [KS('web')], { kubeConfig: { secretRef: { name: 'x' } } }), ...objects.slice(1)];
    assert.equal(await draw(remote), 'Kustomization/flux-system/root\n└── Kustomization/flux-system/web\n');
  });

  test('passes over one that is gone, and one without an inventory', async () => {
    assert.equal(
      await draw([kustomization('root', [KS('gone')])]),
      'Kustomization/flux-system/root\n└── Kustomization/flux-system/gone\n',
    );
    assert.equal(await draw([{ ...kustomization('root', []), status: {} }]), 'Kustomization/flux-system/root\n');
  });

  test('names what is not there: inspect/not-found', async () => {
    await assert.rejects(draw([]), { code: 'inspect/not-found', message: 'Kustomization/flux-system/root not found' });
  });
});

describe('readTree() of a HelmRelease', () => {
  const manifest =
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: db\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: conf\n  namespace: other\n';
  const release = (spec: JsonObject = {}): K8sObject => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'db', namespace: 'apps' },
    spec,
    status: { history: [{ name: 'db', version: 3, namespace: 'data' }] },
  });
  const stored = (packed: Buffer): K8sObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sh.helm.release.v1.db.v3', namespace: 'apps' },
    data: { release: Buffer.from(packed.toString('base64')).toString('base64') },
  });
  const root = kustomization('root', ['apps_db_helm.toolkit.fluxcd.io_HelmRelease']);
  const plain = Buffer.from(JSON.stringify({ manifest }));

  for (const [what, packed] of [
    ['packed', gzipSync(plain)],
    ['plain', plain],
  ] as const) {
    test(`reads the objects of its last release, ${what}`, async () => {
      assert.equal(
        await draw([root, release(), stored(packed)]),
        'Kustomization/flux-system/root\n└── HelmRelease/apps/db\n    ├── Service/data/db\n    └── ConfigMap/other/conf\n',
      );
    });
  }

  test('gives objects the namespace of the release, and has the definitions of the chart', async () => {
    const all = `${manifest}---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: listed}}
---
apiVersion: v1
kind: Namespace
metadata: {name: own}
---
apiVersion: example.com/v1
kind: Foo
metadata: {name: unknown}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: known}
`;
    const definition = (name: string, of: string): K8sObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name,
        labels: { 'helm.toolkit.fluxcd.io/name': of, 'helm.toolkit.fluxcd.io/namespace': 'apps' },
      },
    });
    const there = [
      root,
      stored(Buffer.from(JSON.stringify({ manifest: all }))),
      definition('known', 'db'),
      definition('bars', 'db'),
      definition('other', 'web'),
    ];
    const lines = ['Service/data/db', 'ConfigMap/other/conf', 'Secret/data/listed', 'Namespace/own', 'Foo/unknown'];
    const shown = async (spec: JsonObject): Promise<string[]> =>
      (await draw([...there, release(spec)]))
        .trimEnd()
        .split('\n')
        .slice(2)
        .map((line) => line.replace(/^.*── /, ''));
    assert.deepEqual(await shown({}), [...lines, 'CustomResourceDefinition/known']);
    assert.deepEqual(await shown({ install: { crds: 'Skip' } }), [...lines, 'CustomResourceDefinition/known']);
    assert.deepEqual(await shown({ upgrade: { crds: 'CreateReplace' } }), [
      ...lines,
      'CustomResourceDefinition/known',
      'CustomResourceDefinition/bars',
    ]);
  });

  for (const [what, packed] of [
    ['no JSON', Buffer.from('nonsense')],
    ['cut short', gzipSync(plain).subarray(0, 20)],
    ['a bomb', gzipSync(Buffer.alloc(101 * 2 ** 20))],
  ] as const) {
    test(`refuses a release that is ${what}: inspect/bad-release`, async () => {
      await assert.rejects(draw([root, release(), stored(packed)]), {
        code: 'inspect/bad-release',
        message: /^the stored release of HelmRelease\/apps\/db cannot be read: /,
      });
    });
  }

  test('has none without a release, or in another cluster', async () => {
    const alone = 'Kustomization/flux-system/root\n└── HelmRelease/apps/db\n';
    assert.equal(await draw([root, release()]), alone);
    assert.equal(await draw([root, release({ kubeConfig: {} }), stored(plain)]), alone);
    assert.equal(await draw([root, { ...release(), status: {} }, stored(plain)]), alone);
  });
});

test('formatTree() draws a line beside what has brothers below', () => {
  const leaf = (name: string): TreeNode => ({ group: '', kind: 'K', name, items: [] });
  const tree = { ...leaf('r'), items: [{ ...leaf('a'), items: [{ ...leaf('b'), items: [leaf('c')] }] }, leaf('d')] };
  assert.equal(formatTree(tree), 'K/r\n├── K/a\n│   └── K/b\n│       └── K/c\n└── K/d\n');
});

test("listTree() has flux's own form", () => {
  const leaf: TreeNode = { group: '', kind: 'Namespace', name: 'apps', items: [] };
  const tree: TreeNode = { group: 'x', kind: 'Kustomization', namespace: 'a', name: 'b', items: [leaf] };
  assert.deepEqual(listTree(tree), {
    resource: { Namespace: 'a', Name: 'b', GroupKind: { Group: 'x', Kind: 'Kustomization' } },
    resources: [{ resource: { Namespace: '', Name: 'apps', GroupKind: { Group: '', Kind: 'Namespace' } } }],
  });
});
