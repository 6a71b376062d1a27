import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitFiles } from '../../../../../src/lib/features/bootstrap/commit-files.ts';
import { type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import { makeWorld } from './scripted-world.ts';

const run = async (text: string, change: Partial<BootstrapOptions> = {}) => {
  const scripted = makeWorld({ objects: [], files: { a: 'same' } });
  const clone = await scripted.world.git.openClone({ url: 'https://h/r' }, 'main', {
    author: { name: 'Flux', email: '' },
    now: () => 0,
  });
  clone.write('a', text);
  const options = { ...DEFAULT_BOOTSTRAP_OPTIONS, url: 'https://me:s3cret@h/r', ...change };
  const commit = await commitFiles(clone, 'sync manifests', 'Add Flux sync manifests', options, scripted.world);
  return { ...scripted, commit };
};

describe('commitFiles()', () => {
  it('commits and pushes what has changed', async () => {
    const { commit, pushed, told, branch } = await run('new');
    assert.deepEqual(pushed, ['Add Flux sync manifests']);
    assert.equal(branch.get('a'), 'new');
    assert.equal(commit?.subject, 'Add Flux sync manifests');
    assert.ok(told.includes(`✔ committed sync manifests to "main" ("${commit?.id}")`));
    assert.ok(told.every((line) => !line.includes('s3cret')));
  });

  it('puts what was asked for below the subject', async () => {
    const { pushed } = await run('new', { commitMessageAppendix: '[ci skip]' });
    assert.deepEqual(pushed, ['Add Flux sync manifests\n\n[ci skip]']);
  });

  it('does nothing where nothing has changed', async () => {
    const { commit, pushed, told } = await run('same');
    assert.deepEqual([commit, pushed, told], [undefined, [], ['✔ sync manifests are up to date']]);
  });
});
