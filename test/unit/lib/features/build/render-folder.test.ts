import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { renderFolder, type RenderOptions, type RenderWorld } from '../../../../../src/lib/features/build/index.ts';

const FILES = {
  'repo/base/kustomization.yaml': 'resources: [cm.yaml]\ncommonLabels: {app: web}\n',
  'repo/base/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n',
  'repo/overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: my-\ncommonLabels: {env: test}\n',
  'repo/loose/kustomization.yaml': 'resources: [../base/cm.yaml]\n',
};

const OPTIONS: RenderOptions = { directory: '.', loadRestrictor: 'rootOnly', outputFile: '' };

/** A world in memory that remembers what was written and told. */
function makeWorld(cwd: string): RenderWorld & { stored: Map<string, string>; warnings: string[]; opened: string[] } {
  const stored = new Map<string, string>();
  const warnings: string[] = [];
  const opened: string[] = [];
  return {
    stored,
    warnings,
    opened,
    cwd,
    openFolder(path) {
      opened.push(path);
      return Promise.resolve(fromMemory(FILES));
    },
    storeTextFile: (path, text) => Promise.resolve(void stored.set(path, text)),
    progress: { ...SILENT, warning: (text) => void warnings.push(text) },
  };
}

describe('renderFolder()', () => {
  test('reaches bases above the directory, from wherever the command runs', async () => {
    const world = makeWorld('/repo/overlay');
    const text = await renderFolder(OPTIONS, world);
    assert.match(text, /^ {2}name: my-web$/m);
    assert.deepEqual(world.opened, ['/']);
    assert.equal(await renderFolder({ ...OPTIONS, directory: '../overlay/' }, makeWorld('/repo/base')), text);
    assert.equal(await renderFolder({ ...OPTIONS, directory: '/repo/overlay' }, makeWorld('/elsewhere')), text);
  });

  test('lets files outside of the folder in only where that is allowed', async () => {
    const options = { ...OPTIONS, directory: 'loose' };
    await assert.rejects(renderFolder(options, makeWorld('/repo')), { code: 'kustomize/outside-root' });
    assert.match(await renderFolder({ ...options, loadRestrictor: 'none' }, makeWorld('/repo')), /name: web/);
  });

  test('tells each warning once', async () => {
    const world = makeWorld('/repo/overlay');
    await renderFolder(OPTIONS, world);
    assert.equal(world.warnings.length, 1, world.warnings.join('\n'));
    assert.match(world.warnings[0] ?? '', /^'commonLabels' is deprecated/);
  });

  test('writes to the file that was named and returns nothing', async () => {
    const world = makeWorld('/repo/overlay');
    assert.equal(await renderFolder({ ...OPTIONS, outputFile: 'out.yaml' }, world), '');
    assert.equal(world.stored.get('out.yaml'), await renderFolder(OPTIONS, world));
  });

  test('says in words why a file cannot be written: build/output-unwritable', async () => {
    const failing: RenderWorld = {
      ...makeWorld('/repo/overlay'),
      storeTextFile: () => Promise.reject(Object.assign(new Error('EISDIR: illegal operation'), { code: 'EISDIR' })),
    };
    await assert.rejects(renderFolder({ ...OPTIONS, outputFile: 'out' }, failing), {
      code: 'build/output-unwritable',
      message: 'write "out": it is a directory',
    });
  });

  test('writes nothing where the build fails', async () => {
    const world = makeWorld('/repo');
    await assert.rejects(renderFolder({ ...OPTIONS, outputFile: 'out.yaml' }, world), { code: 'kustomize/no-kustomization' });
    assert.equal(world.stored.size, 0);
  });

  for (const directory of ['', 'https://example.com/repo', 'ssh://git@example.com/repo', 'git@example.com:repo']) {
    test(`refuses the directory "${directory}": build/bad-directory`, async () => {
      await assert.rejects(renderFolder({ ...OPTIONS, directory }, makeWorld('/repo')), { code: 'build/bad-directory' });
    });
  }
});
