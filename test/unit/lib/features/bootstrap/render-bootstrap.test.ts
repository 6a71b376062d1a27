import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openRooted } from '../../../../../src/lib/engine/filesys/index.ts';
import { DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import { formatBootstrapFiles, renderBootstrap } from '../../../../../src/lib/features/bootstrap/render-bootstrap.ts';

const manifests = openRooted(fileURLToPath(new URL('../../../../../manifests', import.meta.url)));
const options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: 'ssh://git@h/r', path: 'clusters/demo', namespace: 'infra' };

describe('renderBootstrap()', () => {
  it('gives the three files of an empty repository', async () => {
    const files = await renderBootstrap(options, manifests);
    assert.deepEqual(
      files.map(({ path }) => path),
      [
        'clusters/demo/infra/gotk-components.yaml',
        'clusters/demo/infra/gotk-sync.yaml',
        'clusters/demo/infra/kustomization.yaml',
      ],
    );
    assert.match(files[1]?.content ?? '', /name: infra\n/);
    assert.match(files[2]?.content ?? '', /resources:\n- gotk-components.yaml\n- gotk-sync.yaml\n$/);
  });

  it('puts every subject into the namespace', async () => {
    const [components] = await renderBootstrap(options, manifests);
    assert.ok(!components?.content.includes('flux-system'));
    assert.match(components?.content ?? '', /name: crd-controller-infra\n/);
  });
});

describe('formatBootstrapFiles()', () => {
  it('writes each after its path', () => {
    const files = [
      { path: 'a', content: '---\n# head\nx: 1\n' },
      { path: 'b', content: 'y: 2\n' },
    ];
    assert.equal(formatBootstrapFiles(files), '---\n# a\n# head\nx: 1\n---\n# b\ny: 2\n');
  });
});
