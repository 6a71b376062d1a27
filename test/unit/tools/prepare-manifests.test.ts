import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fromMemory, openRooted } from '../../../src/lib/engine/filesys/index.ts';
import { DEFAULT_RENDER_OPTIONS, renderInstall, type RenderOptions } from '../../../src/lib/features/install/index.ts';
import { prepareManifests } from '../../../tools/prepare-manifests.ts';

const MANIFESTS = fileURLToPath(new URL('../../../manifests', import.meta.url));

describe('prepareManifests()', () => {
  const fromFiles = openRooted(MANIFESTS);
  const prepared = fromMemory(prepareManifests(MANIFESTS));
  const cases: Readonly<Record<string, Partial<RenderOptions>>> = {
    'the defaults': {},
    'all components, elsewhere': {
      componentsExtra: ['image-reflector-controller', 'image-automation-controller', 'source-watcher'],
      namespace: 'gitops',
      registry: 'registry.example.com/flux',
      clusterDomain: 'example.org',
    },
    'one component, locked down': {
      components: ['source-controller'],
      networkPolicy: false,
      watchAllNamespaces: false,
      logLevel: 'debug',
      registry: '',
      imagePullSecret: 'login',
      tolerationKeys: ['node-role', 'spot'],
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    test(`renders the same bytes as the files: ${name}`, async () => {
      const all = { ...DEFAULT_RENDER_OPTIONS, ...options };
      const [wanted, got] = await Promise.all([renderInstall(all, fromFiles), renderInstall(all, prepared)]);
      assert.equal(got.yaml, wanted.yaml);
      assert.deepEqual(got.objects, wanted.objects);
    });
  }
});
