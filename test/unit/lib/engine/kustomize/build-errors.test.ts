import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { FluxError } from '../../../../../src/lib/core/errors.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { build, buildFlux } from '../../../../../src/lib/engine/kustomize/index.ts';

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n';
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n';

function failure(files: Record<string, string>, root = '/'): FluxError {
  try {
    build(fromMemory(files), root);
  } catch (error) {
    assert.ok(isFluxError(error), String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

/** Each: the code, the kustomization, more files, what the message must say. */
const CASES: readonly (readonly [code: string, kustomization: string, files: Record<string, string>, says: RegExp])[] = [
  ['kustomize/invalid-kustomization', 'resources: []\nbogus: 1\n', {}, /unknown field "bogus"/],
  ['kustomize/invalid-kustomization', 'commonLabels: {a: yes}\n', {}, /"commonLabels.a" is the bool true/],
  ['kustomize/invalid-kustomization', 'kind: Kustomization\n', {}, /is empty/],
  ['kustomize/invalid-kustomization', 'kind: Other\nresources: []\n', {}, /kind should be/],
  ['kustomize/wrong-kind', 'components: [b]\n', { 'b/kustomization.yaml': 'namePrefix: x-\n' }, /expected kind 'Component'/],
  ['kustomize/not-found', 'resources: [nope.yaml]\n', {}, /nope\.yaml/],
  ['kustomize/not-directory', 'components: [a.yaml]\n', { 'a.yaml': CM }, /a\.yaml/],
  ['kustomize/cycle', 'resources: [.]\n', {}, /cycle/],
  ['kustomize/remote', 'resources: ["https://example.com/x.yaml"]\n', {}, /remote/],
  ['kustomize/remote', 'resources: ["github.com/a/b?ref=v1"]\n', {}, /github\.com/],
  ['kustomize/invalid-resource', 'resources: [a.yaml]\n', { 'a.yaml': 'kind: X\n' }, /missing metadata\.name/],
  ['kustomize/invalid-resource', 'resources: [a.yaml]\n', { 'a.yaml': `${CM}--- foo\n${POD}` }, /separator/],
  ['kustomize/duplicate-id', 'resources: [a.yaml, b.yaml]\n', { 'a.yaml': CM, 'b.yaml': CM }, /ConfigMap\.v1\.\[noGrp\]\/a/],
  ['kustomize/invalid-patch', 'patches: [{patch: foo, target: {kind: X}}]\n', {}, /unable to parse SM or JSON patch/],
  ['kustomize/invalid-patch', 'patches: [{target: {kind: X}}]\n', {}, /must specify one of patch and path/],
  [
    'kustomize/patch-target',
    'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    { 'a.yaml': CM, 'p.yaml': CM.replace('name: a', 'name: b') },
    /no matches for Id ConfigMap\.v1\.\[noGrp\]\/b/,
  ],
  [
    'kustomize/json-patch',
    'resources: [a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: "[{op: remove, path: /data/x}]"}]\n'.replace(
      '"[{op: remove, path: /data/x}]"',
      '\'[{"op": "remove", "path": "/data/x"}]\'',
    ),
    { 'a.yaml': CM },
    /\/data\/x/,
  ],
  [
    'kustomize/invalid-selector',
    'resources: [a.yaml]\npatches: [{target: {name: "[)"}, patch: "- {op: test}"}]\n',
    { 'a.yaml': CM },
    /missing closing \]/,
  ],
  [
    'kustomize/invalid-selector',
    'resources: [a.yaml]\npatches: [{target: {labelSelector: "a in x"}, patch: "- {op: test}"}]\n',
    { 'a.yaml': CM },
    /expected: '\('/,
  ],
  [
    'kustomize/namespace',
    'namespace: z\nresources: [a.yaml, b.yaml]\n',
    { 'a.yaml': CM, 'b.yaml': CM.replace('{name: a}', '{name: a, namespace: y}') },
    /ID conflict/,
  ],
  ['kustomize/replicas', 'replicas: [{name: nope, count: 2}]\n', {}, /resource with name nope/],
  [
    'kustomize/field-spec',
    'resources: [a.yaml]\ncommonLabels: {x: z}\n',
    { 'a.yaml': CM.replace('{name: a}', '{name: a, labels: [1]}') },
    /metadata\/labels/,
  ],
  [
    'kustomize/replacement',
    'resources: [a.yaml]\nreplacements: [{source: {kind: Secret}, targets: [{select: {kind: X}}]}]\n',
    { 'a.yaml': CM },
    /nothing selected by Secret/,
  ],
  [
    'kustomize/variable',
    'resources: [a.yaml]\nvars: [{name: V, objref: {kind: Secret, name: s}}]\n',
    { 'a.yaml': CM },
    /var 'V'/,
  ],
  [
    'kustomize/field-path',
    'resources: [a.yaml]\nvars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: a}, fieldref: {fieldPath: data.k.x}}]\n',
    { 'a.yaml': CM },
    /wrong node kind/,
  ],
  ['kustomize/generator', 'configMapGenerator: [{name: c, literals: [noequals]}]\n', {}, /noequals/],
  ['kustomize/configuration', 'configurations: [c.yaml]\n', { 'c.yaml': 'bogus: []\n' }, /unknown field "bogus"/],
  ['kustomize/openapi', 'openapi: {version: v0.0.1}\nresources: []\n', {}, /not built in/],
  ['kustomize/sort-options', 'resources: []\nsortOptions: {order: random}\n', {}, /sortOptions\.order/],
  [
    'kustomize/plugin',
    'transformers: [t.yaml]\n',
    { 't.yaml': 'apiVersion: x/v1\nkind: Foo\nmetadata: {name: f}\n' },
    /external plugins disabled/,
  ],
  ['kustomize/helm', 'helmCharts: [{name: podinfo}]\n', {}, /podinfo/],
  ['kustomize/invalid-output', 'resources: [a.yaml]\n', { 'a.yaml': CM.replace('{k: v}', '{1: v}') }, /map key must be a string/],
  ['yaml/invalid', 'resources: [a.yaml]\n', { 'a.yaml': `${CM}---\na: b: c\n` }, /./],
];

for (const [code, kustomization, files, says] of CASES) {
  test(`build() says ${code} for ${JSON.stringify(kustomization.slice(0, 60))}`, () => {
    const error = failure({ 'kustomization.yaml': kustomization, ...files });
    assert.equal(error.code, code, error.message);
    assert.match(error.message, says);
  });
}

test('build() says kustomize/no-kustomization and kustomize/several-kustomizations', () => {
  assert.equal(failure({ 'a.yaml': CM }).code, 'kustomize/no-kustomization');
  assert.equal(failure({ 'kustomization.yaml': '', Kustomization: '' }).code, 'kustomize/several-kustomizations');
});

test('build() says kustomize/outside-root for a file beside the root', () => {
  const error = failure({ 'o/kustomization.yaml': 'resources: [../a.yaml]\n', 'a.yaml': CM }, '/o');
  assert.equal(error.code, 'kustomize/outside-root');
});

test('build() says kustomize/not-found for a path that leads out of the source', () => {
  for (const entry of ['../a.yaml', '../../b', 'x/../../a.yaml']) {
    const error = failure({
      'kustomization.yaml': `resources: ["${entry}"]\n`,
      'a.yaml': CM,
      'b/kustomization.yaml': 'resources: []\n',
    });
    assert.equal(error.code, 'kustomize/not-found', entry);
    assert.match(error.hint ?? '', /leads above the root/);
  }
});

test('build() says kustomize/ambiguous-reference where a name stands for several resources', () => {
  const error = failure({
    'sa/sa.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n',
    'sa/kustomization.yaml': 'resources: [sa.yaml]\n',
    'one/kustomization.yaml': 'namespace: one\nresources: [../sa]\n',
    'two/kustomization.yaml': 'namespace: two\nresources: [../sa]\n',
    'crb.yaml':
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nsubjects: [{kind: ServiceAccount, name: sa}]\n',
    'kustomization.yaml': 'resources: [one, two, crb.yaml]\n',
  });
  assert.equal(error.code, 'kustomize/ambiguous-reference');
  assert.match(error.message, /sa\.one, .*sa\.two/);
  assert.deepEqual(error.source, { file: '/crb.yaml', line: 1 });
});

test('buildFlux() says kustomize/bad-component for a component that is not local', () => {
  assert.throws(
    () => buildFlux(fromMemory({ 'a.yaml': CM }), { components: ['/abs'] }),
    (error) => isFluxError(error, 'kustomize/bad-component'),
  );
});

test('build() tells file, line and column of what the user wrote', () => {
  const unknown = failure({ 'kustomization.yaml': 'resources: []\npatches:\n- path: x\n  bogus: 1\n' });
  assert.deepEqual(unknown.source, { file: '/kustomization.yaml', line: 4, column: 10 });
  const broken = failure({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': `${CM}---\n\na: b: c\n` });
  assert.deepEqual(broken.source, { file: '/a.yaml', line: 7, column: 5 });
  const twice = failure({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': `${CM}---\n${POD}extra: 1\nextra: 2\n` });
  assert.deepEqual(twice.source, { file: '/a.yaml', line: 11, column: 1 });
  assert.equal(twice.subject?.kind, 'Pod');
});
