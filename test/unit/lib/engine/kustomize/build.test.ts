import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { build, render } from '../../../../../src/lib/engine/kustomize/index.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: app, image: "nginx:1", env: [{name: A, value: "1"}]}
      - {name: side, image: busybox}
      volumes: [{name: c, configMap: {name: cfg}}]
`;

test('render() merges, generates, renames and fixes references in one go', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [d.yaml]\nconfigMapGenerator: [{name: cfg, literals: [k=v]}]\n',
    'base/d.yaml': DEPLOYMENT,
    'prod/kustomization.yaml': `
namePrefix: p-
namespace: prod
resources: [../base]
images: [{name: nginx, newTag: "2"}]
replicas: [{name: web, count: 3}]
labels: [{pairs: {team: x}}]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: app, env: [{name: B, value: "2"}]}]}}}
`,
  };
  assert.equal(
    render(fromMemory(files), '/prod'),
    `apiVersion: v1
data:
  k: v
kind: ConfigMap
metadata:
  labels:
    team: x
  name: p-cfg-bdg947hgcc
  namespace: prod
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    team: x
  name: p-web
  namespace: prod
spec:
  replicas: 3
  template:
    spec:
      containers:
      - env:
        - name: B
          value: "2"
        - name: A
          value: "1"
        image: nginx:2
        name: app
      - image: busybox
        name: side
      volumes:
      - configMap:
          name: p-cfg-bdg947hgcc
        name: c
`,
  );
});

test('build() keeps the input order where asked, and sorts otherwise', () => {
  const files = {
    'kustomization.yaml': 'resources: [a.yaml]\n',
    'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n',
  };
  const kinds = (reorder: 'none' | 'legacy') => build(fromMemory(files), '/', { reorder }).map(({ kind }) => kind);
  assert.deepEqual(kinds('none'), ['Service', 'Namespace']);
  assert.deepEqual(kinds('legacy'), ['Namespace', 'Service']);
});

test('build() takes brackets that close in the first column', () => {
  const files = {
    'kustomization.yaml': 'resources: [\n  a.yaml,\n]\n',
    'a.yaml': 'kind: X\nmetadata: {\n  name: x\n}\nspec: [\n1\n]\n',
  };
  assert.deepEqual(build(fromMemory(files), '/'), [{ kind: 'X', metadata: { name: 'x' }, spec: [1] }]);
});

test('build() keeps integers of 64 bits exact', () => {
  const files = {
    'kustomization.yaml': 'resources: [a.yaml]\n',
    'a.yaml': 'kind: X\nmetadata: {name: x}\nspec: 9007199254740993\n',
  };
  assert.match(render(fromMemory(files), '/'), /spec: 9007199254740993\n/);
});

test('build() tells of deprecated fields and unused variables', () => {
  const warnings: string[] = [];
  const files = {
    'kustomization.yaml': 'resources: [a.yaml]\nvars: [{name: V, objref: {kind: X, name: x}}]\n',
    'a.yaml': 'kind: X\nmetadata: {name: x}\n',
  };
  build(fromMemory(files), '/', { warn: (text) => warnings.push(text) });
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /'vars' is deprecated/);
  assert.match(warnings[1] ?? '', /never replaced: V/);
});

test('build() fetches remote bases through the port only', () => {
  const remote = {
    readFile: (url: string) => new TextEncoder().encode(`kind: X\nmetadata: {name: "${url.length}"}\n`),
    openRepository: (url: string) =>
      url.startsWith('github.com/')
        ? {
            fs: fromMemory({
              'sub/kustomization.yaml': 'namePrefix: r-\nresources: [y.yaml]\n',
              'sub/y.yaml': 'kind: Y\nmetadata: {name: y}\n',
            }),
            path: '/sub',
            repo: url,
            ref: '',
          }
        : undefined,
  };
  const files = { 'kustomization.yaml': 'resources: ["https://a.example/x.yaml", "github.com/a/b//sub"]\n' };
  assert.deepEqual(
    build(fromMemory(files), '/', { remote }).map(({ metadata }) => metadata.name),
    ['24', 'r-y'],
  );
});

test('build() changes a label in every place that it was added to, as kustomize does', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [s.yaml]\nlabels: [{pairs: {tier: base}, includeSelectors: true}]\n',
    'base/s.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: s}}\n',
    'over/kustomization.yaml': 'resources: [../base]\nlabels: [{pairs: {tier: over}}]\n',
  };
  const [service] = build(fromMemory(files), '/over');
  assert.deepEqual(service?.['spec'], { selector: { app: 's', tier: 'over' } });
});

test('build() keeps the quotes of what a patch replaces', () => {
  const files = {
    'kustomization.yaml':
      'resources: [a.yaml]\npatches: [{patch: "{kind: X, metadata: {name: x}, spec: {quoted: 5, plain: 5}}"}]\n',
    'a.yaml': 'kind: X\nmetadata: {name: x}\nspec: {quoted: "text", plain: text}\n',
  };
  assert.deepEqual(build(fromMemory(files), '/')[0]?.['spec'], { quoted: '5', plain: 5 });
});
