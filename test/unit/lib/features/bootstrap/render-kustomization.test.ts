import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderKustomization } from '../../../../../src/lib/features/bootstrap/render-kustomization.ts';

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

const render = (files: Record<string, string>): string[] => {
  const tree = { paths: () => Object.keys(files), readText: (path: string) => files[path] };
  const lines = renderKustomization(tree, 'c/flux-system').split('\n');
  return lines.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
};

describe('renderKustomization()', () => {
  it('lists the files with objects in the order of a walk', () => {
    const files = {
      'c/flux-system/gotk-sync.yaml': OBJECT,
      'c/flux-system/gotk-components.yaml': `${OBJECT}---\n${OBJECT}`,
      'c/flux-system/extra/x.yaml': OBJECT,
      'c/flux-systematic/no.yaml': OBJECT,
    };
    assert.deepEqual(render(files), ['extra/x.yaml', 'gotk-components.yaml', 'gotk-sync.yaml']);
  });

  it('lists a folder that has a kustomization of its own, and nothing in it', () => {
    const files = {
      'c/flux-system/base/kustomization.yml': 'resources: [x.yaml]\n',
      'c/flux-system/base/x.yaml': OBJECT,
      'c/flux-system/base/deeper/y.yaml': OBJECT,
      'c/flux-system/z.yaml': OBJECT,
    };
    assert.deepEqual(render(files), ['base', 'z.yaml']);
  });

  it('leaves out what is no manifest', () => {
    const files = {
      'c/flux-system/README.md': '# Hello: *world*\n- x\n',
      'c/flux-system/values.yaml': 'a: 1\n',
      'c/flux-system/broken.yaml': 'a: [\n',
      'c/flux-system/list.yaml': 'apiVersion: v1\nkind: List\nitems: []\n',
    };
    assert.deepEqual(render(files), ['list.yaml']);
  });

  it('writes a whole kustomization', () => {
    const tree = { paths: () => ['f/a.yaml'], readText: () => OBJECT };
    assert.equal(
      renderKustomization(tree, 'f'),
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- a.yaml\n',
    );
  });
});
