import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isFluxError } from '../../src/lib/core/errors.ts';
import { fetchRevision } from '../../src/lib/engine/git/index.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { makeHistory, makeManyFiles } from '../support/large-repositories.ts';

const MIB = 2 ** 20;

/** The short form of `npm run bench -- large`: what is the same each time. */
describe('fetchRevision() of a large repository', () => {
  let git: GitServer;

  before(async () => {
    git = await startGitServer();
  });
  after(async () => {
    await git?.close();
  });

  it('brings none of the history: of 32 MiB not 16 KiB come', async () => {
    await makeHistory(git, 'history', 16, 2 * MIB);
    const [, size = '0'] = /size-pack: (\d+)/.exec(await git.git('history', 'count-objects', '-v')) ?? [];
    assert.ok(Number(size) > 32 * 1024, `the history has ${size} KiB`);
    const { tree } = await fetchRevision({ url: git.urlOf('history') }, { branch: 'main' }, { maxBytes: 16 * 1024 });
    assert.deepEqual(
      tree?.entries.map(({ path }) => path),
      ['deploy/config.yaml'],
    );
  });

  it('git/too-large: a commit that has more than the limit is not read to its end', async () => {
    const before = (await git.git('history', 'rev-parse', 'main~1')).trim();
    await git.git('history', 'branch', 'old', before);
    await assert.rejects(fetchRevision({ url: git.urlOf('history') }, { branch: 'old' }, { maxBytes: MIB }), (error) =>
      isFluxError(error, 'git/too-large'),
    );
  });

  it('reads thousands of files', async () => {
    await makeManyFiles(git, 'files', 5_000);
    const { tree } = await fetchRevision({ url: git.urlOf('files') }, { branch: 'main' });
    assert.equal(tree?.entries.length, 5_001);
  });
});
