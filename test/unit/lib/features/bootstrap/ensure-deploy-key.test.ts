import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import type { DeployKey, Forge, ForgeRepository } from '../../../../../src/lib/engine/forge/index.ts';
import { accessName, ensureDeployKey } from '../../../../../src/lib/features/bootstrap/ensure-deploy-key.ts';

const OPTIONS = { namespace: 'flux-system', branch: 'main', secretName: 'flux-system', path: 'a', readWriteKey: false };
const TITLE = 'flux-system-main-flux-system-./a';
const REPOSITORY = { id: 'o/r', fullName: 'o/r' } as ForgeRepository;

/** What becomes of the deploy keys of a repository. */
const run = async (keys: readonly DeployKey[], readWriteKey = false): Promise<{ keys: string[]; told: string[] }> => {
  let live = [...keys];
  const told: string[] = [];
  const forge = {
    listDeployKeys: async () => live,
    addDeployKey: async (_repository: unknown, key: Omit<DeployKey, 'id'>) => {
      // As forges do.
      assert.ok(
        live.every((other) => other.key !== key.key && other.title !== key.title),
        'the key is there already',
      );
      live.push({ ...key, id: 'new' });
    },
    removeDeployKey: async (_repository: unknown, id: string) => {
      live = live.filter((key) => key.id !== id);
    },
  } as unknown as Forge;
  const progress = { ...SILENT, success: (text: string) => void told.push(text) };
  await ensureDeployKey(REPOSITORY, 'ssh-x AAAA\n', { ...OPTIONS, readWriteKey }, { forge, progress });
  return { keys: live.map(({ id, title, key, readOnly }) => `${id} ${title} ${key} ${readOnly ? 'r' : 'rw'}`), told };
};

describe('ensureDeployKey()', () => {
  it('registers a key under the name that flux gives it', async () => {
    assert.equal(accessName(OPTIONS), TITLE);
    const { keys, told } = await run([]);
    assert.deepEqual(keys, [`new ${TITLE} ssh-x AAAA r`]);
    assert.deepEqual(told, [`configured deploy key "${TITLE}" for "o/r"`]);
  });

  it('leaves alone what is as wanted, and replaces what is not', async () => {
    const there = { id: '1', title: TITLE, key: 'ssh-x AAAA', readOnly: true };
    assert.deepEqual(await run([there]), { keys: [`1 ${TITLE} ssh-x AAAA r`], told: [] });
    assert.deepEqual((await run([there], true)).keys, [`new ${TITLE} ssh-x AAAA rw`]);
    assert.deepEqual((await run([{ ...there, key: 'ssh-x OLD' }])).keys, [`new ${TITLE} ssh-x AAAA r`]);
  });

  it('takes the same key under the name of another cluster, and never takes rights from it', async () => {
    const there = { id: '1', title: 'other', key: 'ssh-x AAAA', readOnly: true };
    assert.deepEqual(await run([there]), { keys: ['1 other ssh-x AAAA r'], told: ['deploy key "other" of "o/r" is this key'] });
    assert.deepEqual((await run([there], true)).keys, ['new other ssh-x AAAA rw']);
    const { keys, told } = await run([{ ...there, readOnly: false }]);
    assert.deepEqual(keys, ['1 other ssh-x AAAA rw']);
    assert.deepEqual(told, ['deploy key "other" of "o/r" is this key, which may write']);
  });
});
