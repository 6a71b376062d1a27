import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fromMemory, openRooted } from '../../../../../src/lib/engine/filesys/index.ts';
import { generate } from '../../../../../src/lib/engine/kustomize/index.ts';

const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n';

describe('generate()', () => {
  const ignore = (path: string, isDirectory: boolean): boolean => path === 'out.yaml' || (path === 'out' && isDirectory);

  test('leaves ignored files out of the search, and judges each by itself', () => {
    const fs = fromMemory({
      'app/in.yaml': MANIFEST,
      'app/out.yaml': 'no manifest',
      'app/out/in.yaml': MANIFEST,
      'app/.git/x.yaml': MANIFEST,
    });
    assert.deepEqual(generate(fs, 'app', {}, { ignore }).kustomization.resources, ['./in.yaml', './out/in.yaml']);
  });

  test('leaves ignored entries out of the lists of a kustomization, whose own components stay where the spec adds some', () => {
    const fs = fromMemory({
      'app/kustomization.yaml':
        'resources: [in.yaml, ./out.yaml, out, ../out.yaml, "https://example.com/out.yaml"]\ncomponents: [out, ../out]\ncrds: [out.yaml]\n',
      'app/in.yaml': MANIFEST,
      'app/out.yaml': MANIFEST,
      'app/out/kustomization.yaml': '',
      'out.yaml': MANIFEST,
      'out/kustomization.yaml': '',
    });
    const { kustomization } = generate(fs, 'app', { components: ['out'] }, { ignore });
    assert.deepEqual(kustomization.resources, ['in.yaml', '../out.yaml', 'https://example.com/out.yaml']);
    assert.deepEqual(kustomization.components, ['../out', 'out']);
    assert.deepEqual(kustomization.crds, []);
  });

  test('refuses a kustomization of which everything is ignored, and takes one that names nothing', () => {
    const ofText = (text: string) => fromMemory({ 'kustomization.yaml': text, 'out.yaml': MANIFEST });
    assert.throws(() => generate(ofText('resources: [out.yaml]\n'), '', {}, { ignore }), {
      code: 'kustomize/invalid-kustomization',
      message: 'kustomization.yaml is empty',
    });
    const { kustomization } = generate(ofText('resources: []\n'), '', {}, { ignore });
    assert.deepEqual([kustomization.resources, kustomization.buildMetadata], [[], ['originAnnotations']]);
    const filled = generate(ofText('resources: [out.yaml]\nnamespace: apps\n'), '', {}, { ignore });
    assert.deepEqual(filled.kustomization.resources, []);
  });

  test('does not follow links to directories, which may go round', () => {
    const dir = mkdtempSync(join(tmpdir(), 'flux-ts-generate-'));
    try {
      writeFileSync(join(dir, 'web.yaml'), MANIFEST);
      symlinkSync('.', join(dir, 'again'));
      symlinkSync('web.yaml', join(dir, 'link.yaml'));
      assert.deepEqual(generate(openRooted(dir), '', {}).kustomization.resources, ['./link.yaml', './web.yaml']);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
