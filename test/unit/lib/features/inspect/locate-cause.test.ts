import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import type { Finding } from '../../../../../src/lib/features/inspect/explain-object.ts';
import { locateCause } from '../../../../../src/lib/features/inspect/locate-cause.ts';
import { suggestMend } from '../../../../../src/lib/features/inspect/suggest-mend.ts';

const deployment = (name: string, image: string, kind = 'Deployment'): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: ${image}
`;

const API: Readonly<Record<string, string>> = { Deployment: 'apps/v1', Kustomization: 'kustomize.toolkit.fluxcd.io/v1' };

const finding = (kind: string, name: string, more: Partial<Finding> = {}): Finding => ({
  apiVersion: API[kind] ?? 'v1',
  kind,
  namespace: 'apps',
  name,
  ready: false,
  message: 'not ready',
  ...more,
});

function locate(files: Record<string, string>, object: Finding, below: Finding[] = [], spec: JsonObject = {}) {
  const bytes = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  const kustomization = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'web', namespace: 'apps' },
    spec: { path: './deploy', ...spec },
  };
  return locateCause({ object, below, from: [] }, { kustomization, files: fromMemory(bytes) });
}

describe('locateCause()', () => {
  const pod = finding('Pod', 'web-1', { reason: 'ImagePullBackOff', image: 'nginx:1.99' });

  test('finds the image where a kustomization sets it', () => {
    const files = {
      'deploy/kustomization.yaml':
        'resources:\n- web.yaml\nimages:\n- name: redis\n  newTag: "7"\n- name: nginx\n  newTag: "1.99"\n',
      'deploy/web.yaml': deployment('web', 'nginx'),
    };
    assert.deepEqual(locate(files, finding('Deployment', 'web'), [pod]), {
      file: 'deploy/kustomization.yaml',
      line: 7,
      column: 12,
      field: 'images[1].newTag',
    });
  });

  test('finds it in the base, and in the overlay where both set it', () => {
    const base = {
      'base/kustomization.yaml': 'resources: [web.yaml]\nimages:\n- {name: app, newName: nginx, newTag: "1.99"}\n',
      'base/web.yaml': deployment('web', 'app'),
      'deploy/kustomization.yaml': 'resources: [../base]\nnamePrefix: my-\n',
    };
    assert.deepEqual(locate(base, finding('Deployment', 'my-web'), [pod]), {
      file: 'base/kustomization.yaml',
      line: 3,
      column: 40,
      field: 'images[0].newTag',
    });
    const both = { ...base, 'deploy/kustomization.yaml': 'resources: [../base]\nimages:\n- name: nginx\n  newTag: "1.99"\n' };
    assert.equal(locate(both, finding('Deployment', 'web'), [pod])?.file, 'deploy/kustomization.yaml');
  });

  test('finds it in the manifest, in whatever document, by whatever name the kubelet gives it', () => {
    const files = { 'deploy/all.yaml': `${deployment('other', 'nginx:1.99')}---\n${deployment('web', 'nginx:1.99')}` };
    const place = locate(files, finding('Deployment', 'web'), [{ ...pod, image: 'docker.io/library/nginx:1.99' }]);
    assert.deepEqual(place, {
      file: 'deploy/all.yaml',
      line: 25,
      column: 16,
      field: 'spec.template.spec.containers[0].image',
    });
  });

  test('finds it for a pod alone', () => {
    const place = locate({ 'deploy/web.yaml': deployment('web', 'nginx:1.99') }, pod);
    assert.equal(place?.field, 'spec.template.spec.containers[0].image');
  });

  test('finds an object without an image, one in a list, and one that is generated', () => {
    const files = {
      'deploy/kustomization.yaml':
        'resources: [all.yaml]\nconfigMapGenerator:\n- name: a\n  literals: [a=b]\n- name: conf\n  literals: [a=b]\n',
      'deploy/all.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: x}\n',
    };
    assert.deepEqual(locate(files, finding('Service', 'web')), { file: 'deploy/all.yaml', line: 1, column: 1 });
    assert.deepEqual(locate(files, finding('Secret', 'x')), { file: 'deploy/all.yaml', line: 8, column: 3 });
    const generated = locate(files, finding('ConfigMap', 'conf-f2f8dmh9b7'));
    assert.equal(generated, undefined, 'another hash is another object');
    const exact = {
      ...files,
      'deploy/kustomization.yaml': `${files['deploy/kustomization.yaml']}generatorOptions: {disableNameSuffixHash: true}\n`,
    };
    assert.deepEqual(locate(exact, finding('ConfigMap', 'conf')), {
      file: 'deploy/kustomization.yaml',
      line: 5,
      column: 3,
      field: 'configMapGenerator[1]',
    });
  });

  test('finds the object that the message of a Kustomization names', () => {
    const kustomization = finding('Kustomization', 'web', { message: 'Deployment/apps/web dry-run failed (Invalid): no' });
    const place = locate({ 'deploy/web.yaml': deployment('web', 'nginx') }, kustomization, [], { targetNamespace: 'apps' });
    assert.deepEqual(place, { file: 'deploy/web.yaml', line: 1, column: 1 });
  });

  test('finds what does not build, where the controller said so', () => {
    const files = { 'deploy/kustomization.yaml': 'resources: []\nnamePrefix: [a\n' };
    const failed = finding('Kustomization', 'web', { reason: 'BuildFailed', message: 'no' });
    assert.equal(locate(files, failed)?.file, 'deploy/kustomization.yaml');
    assert.match(
      suggestMend(failed, [], [], locate(files, failed)) ?? '',
      /^correct deploy\/kustomization\.yaml:\d+; see the same/,
    );
    assert.equal(locate(files, { ...failed, reason: 'HealthCheckFailed' }), undefined);
  });

  test('says nothing of what it does not find', () => {
    assert.equal(locate({ 'deploy/web.yaml': deployment('${name}', 'nginx') }, finding('Deployment', 'web')), undefined);
    assert.equal(locate({ 'deploy/web.yaml': deployment('web', 'nginx') }, finding('Service', 'web')), undefined);
  });
});

test('suggestMend() names the place of an image', () => {
  const pod = finding('Pod', 'web-1', { reason: 'ErrImagePull', image: 'nginx:1.99' });
  assert.equal(
    suggestMend(finding('Deployment', 'web'), [pod], [], {
      file: 'deploy/kustomization.yaml',
      line: 4,
      field: 'images[0].newTag',
    }),
    'correct the image nginx:1.99 in deploy/kustomization.yaml:4 (images[0].newTag), or the secret that it is pulled with',
  );
  assert.match(
    suggestMend(finding('Deployment', 'web'), [pod], [], { file: 'a.yaml' }) ?? '',
    /^correct the image nginx:1\.99, or/,
  );
});

test('suggestMend() sends each kind to what it depends on', () => {
  const hints = (
    [
      ['ImagePolicy', 'image.toolkit.fluxcd.io/v1', 'DependencyNotReady', /then flux-ts why imagerepository\/NAME -n apps$/],
      ['HelmRelease', 'helm.toolkit.fluxcd.io/v2', 'DependencyNotReady', /then flux-ts why helmrelease\/NAME -n apps$/],
      ['HelmRelease', 'helm.toolkit.fluxcd.io/v2', 'SourceNotReady', /flux-ts get sources all -n apps$/],
      ['ImageUpdateAutomation', 'image.toolkit.fluxcd.io/v1', 'SourceManagerFailed', /flux-ts get sources all -n apps$/],
    ] as const
  ).map(([kind, apiVersion, reason, want]) => {
    const failed = finding(kind, 'web', { apiVersion, reason });
    return [suggestMend(failed, [failed], [], undefined) ?? '', want] as const;
  });
  for (const [hint, want] of hints) assert.match(hint, want);
});
