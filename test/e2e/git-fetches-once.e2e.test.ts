import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { isFluxError } from '../../src/lib/core/errors.ts';
import { addSubmodules, fetchRevision, fetchTree, type PackKeeper } from '../../src/lib/engine/git/index.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';

const LOGIN = { user: 'tester', password: 'open-sesame' };

function keepInMemory(): PackKeeper & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    async keep(key, load) {
      const pack = kept.get(key) ?? (await load());
      if (pack !== undefined) kept.set(key, pack);
      return pack;
    },
  };
}

describe('a kept commit', () => {
  let git: GitServer;
  const auth = { kind: 'basic', username: LOGIN.user, password: LOGIN.password } as const;
  const transfers = () => git.requests.filter((request) => request.startsWith('POST')).length;

  before(async () => {
    git = await startGitServer(LOGIN);
    await git.create('app');
  });
  after(() => git.close());

  it('is not transferred again, by whatever name it is asked for', async () => {
    const remote = { url: git.urlOf('app'), auth };
    const commit = await git.commitFiles('app', { 'a.txt': 'a' }, 'Begin', { tag: 'v1.0.0' });
    const packs = keepInMemory();
    const first = await fetchRevision(remote, { branch: 'main' }, { packs });
    const before = transfers();
    const second = await fetchRevision(remote, { tag: 'v1.0.0' }, { packs });
    const third = await fetchTree(remote, commit, { packs });
    assert.equal(transfers(), before);
    assert.deepEqual(second.tree?.entries, first.tree?.entries);
    assert.deepEqual(third.entries, first.tree?.entries);
  });

  it('is given to nobody who may not log in', async () => {
    const packs = keepInMemory();
    const commit = await git.git('app', 'rev-parse', 'main');
    await fetchTree({ url: git.urlOf('app'), auth }, commit, { packs });
    assert.equal(packs.kept.size, 1);
    await assert.rejects(fetchTree({ url: git.urlOf('app') }, commit, { packs }), (error) =>
      isFluxError(error, 'git/auth-failed'),
    );
  });

  it('is kept alone where the server gives out only its branches', async () => {
    const remote = { url: git.urlOf('app'), auth };
    const old = await git.git('app', 'rev-parse', 'main');
    await git.commitFiles('app', { 'b.txt': 'b'.repeat(10_000) }, 'Next');
    await git.git('app', 'tag', '-d', 'v1.0.0');
    await git.git('app', 'config', 'uploadpack.allowAnySHA1InWant', 'false');
    const packs = keepInMemory();
    const first = await fetchTree(remote, old, { packs });
    assert.deepEqual(
      first.entries.map(({ path }) => path),
      ['a.txt'],
    );
    const again = await fetchTree(remote, old, { packs });
    assert.deepEqual(again.entries, first.entries);
    assert.ok([...packs.kept.values()].every((pack) => pack.length < 1_000));
  });

  it('is shared by submodules, each fetched at the commit that is named', async () => {
    const remote = { url: git.urlOf('app'), auth };
    const tree = await fetchTree(remote, await git.git('app', 'rev-parse', 'main'));
    const text = ['one', 'two'].map((name) => `[submodule "${name}"]\npath = ${name}\nurl = ./\n`).join('');
    const pinned = ['one', 'two'].map((path) => ({
      path,
      mode: 0o160000,
      type: 'submodule' as const,
      id: tree.commit.id,
      bytes: new Uint8Array(),
    }));
    const modules = { path: '.gitmodules', mode: 0o100644, type: 'file' as const, id: '', bytes: new TextEncoder().encode(text) };
    const before = transfers();
    const entries = await addSubmodules({ ...tree, entries: [modules, ...pinned] }, remote, { packs: keepInMemory() });
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['.gitmodules', 'one', 'one/.git', 'one/a.txt', 'one/b.txt', 'two', 'two/.git', 'two/a.txt', 'two/b.txt'],
    );
    assert.ok(transfers() - before <= 2);
    const wrong = {
      ...tree,
      entries: [{ ...modules, bytes: new TextEncoder().encode('[submodule "x"]\npath = x\nurl = ../x\n') }],
    };
    await assert.rejects(addSubmodules(wrong, remote), (error) => isFluxError(error, 'git/invalid-submodule'));
  });
});
