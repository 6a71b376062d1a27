import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildFlux, type FluxBuildSpec } from '../../../../../src/lib/engine/kustomize/index.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: NAME\n';
const configMap = (name: string) => CONFIG_MAP.replace('NAME', name);

function names(files: Record<string, string>, spec: FluxBuildSpec): string[] {
  return buildFlux(fromMemory(files), spec).map(({ metadata }) =>
    [metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/'),
  );
}

test('buildFlux() finds the manifests of a folder without a kustomization, in the order of their names', () => {
  const files = {
    'b.yaml': configMap('b'),
    'a.yml': configMap('a'),
    'sub/c.yaml': configMap('c'),
    'notes.txt': 'not yaml',
    '.hidden/d.yaml': configMap('d'),
  };
  assert.deepEqual(names(files, {}), ['d', 'a', 'b', 'c']);
});

test('buildFlux() takes a folder with a kustomization of its own as one', () => {
  const files = {
    'app/sub/kustomization.yaml': 'resources: [one.yaml]\nnamePrefix: x-\n',
    'app/sub/one.yaml': configMap('one'),
    'app/sub/two.yaml': configMap('two'),
  };
  assert.deepEqual(names(files, { path: './app' }), ['x-one']);
});

test('buildFlux() builds nothing of an empty folder, and of a kustomization without resources', () => {
  assert.deepEqual(names({ 'readme.md': '' }, {}), []);
  assert.deepEqual(names({ 'kustomization.yaml': 'kind: Kustomization\n' }, {}), []);
});

test('buildFlux() refuses a file that is no manifest, and says which and what to do', () => {
  assert.throws(
    () => names({ 'values.yaml': 'replicas: 2\n' }, {}),
    (error) =>
      isFluxError(error, 'kustomize/invalid-resource') &&
      /failed to decode Kubernetes YAML from \/values.yaml/.test(error.message) &&
      /sourceignore/.test(error.hint ?? ''),
  );
});

test("buildFlux() lays the spec's fields over the kustomization", () => {
  const files = {
    'kustomization.yaml': 'resources: [one.yaml]\nnamePrefix: old-\nnamespace: old\nunknownField: 1\n',
    'one.yaml': configMap('one'),
  };
  assert.deepEqual(names(files, { targetNamespace: 'apps', namePrefix: 'new-', nameSuffix: '-x' }), ['apps/new-one-x']);
});

test("buildFlux() changes images: the spec's name wins, and its tag takes the digest away", () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    image: nginx:1\n';
  const files = {
    'kustomization.yaml': 'resources: [pod.yaml]\nimages:\n- name: nginx\n  newName: mirror/nginx\n  digest: sha256:abc\n',
    'pod.yaml': pod,
  };
  const [built] = buildFlux(fromMemory(files), { images: [{ name: 'nginx', newTag: '2' }] });
  assert.match(JSON.stringify(built), /"image":"mirror\/nginx:2"/);
});

test('buildFlux() appends patches and components; missing components are refused unless they may be missing', () => {
  const files = {
    'one.yaml': configMap('one'),
    'comp/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: comp-\n',
    'base/kustomization.yaml': 'resources: [../one.yaml]\n',
  };
  const patch = '- op: add\n  path: /data\n  value: {a: b}\n';
  const [built] = buildFlux(fromMemory(files), {
    path: 'base',
    components: ['../comp'],
    patches: [{ patch, target: { kind: 'ConfigMap' } }],
  });
  assert.equal(built?.metadata.name, 'comp-one');
  assert.deepEqual(built?.['data'], { a: 'b' });
  assert.deepEqual(names(files, { path: 'base', components: ['../missing'], ignoreMissingComponents: true }), ['one']);
  assert.throws(
    () => names(files, { path: 'base', components: ['../missing'] }),
    (error) => isFluxError(error, 'kustomize/'),
  );
  assert.throws(
    () => names(files, { path: 'base', components: ['https://example.com/x'] }),
    (error) =>
      isFluxError(error, 'kustomize/bad-component') &&
      error.message === "component path 'https://example.com/x' must be local and relative",
  );
});

test('buildFlux() never leaves the source', () => {
  assert.throws(
    () => names({ 'kustomization.yaml': 'resources: [../../etc/passwd]\n' }, {}),
    (error) => isFluxError(error, 'kustomize/'),
  );
});
