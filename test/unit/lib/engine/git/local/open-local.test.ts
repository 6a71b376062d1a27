import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { openLocal } from '../../../../../../src/lib/engine/git/local/open-local.ts';
import { gitEnvironment } from '../../../../../support/git-server.ts';

describe('openLocal()', () => {
  let home: string;
  let work: string;
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: work, env: gitEnvironment(1_700_000_000) })
      .toString()
      .trim();

  before(() => {
    home = mkdtempSync(join(tmpdir(), 'flux-ts-local-'));
    work = join(home, 'work');
    mkdirSync(join(work, 'deploy'), { recursive: true });
    git('init', '--quiet', '--initial-branch=main');
    const lines = Array.from({ length: 400 }, (_, index) => `line ${index}`);
    for (let number = 0; number < 6; number += 1) {
      lines[number * 50] = `changed ${number}`;
      writeFileSync(join(work, 'deploy', 'big.txt'), lines.join('\n'));
      writeFileSync(join(work, 'count'), String(number));
      git('add', '--all');
      git('commit', '--quiet', '-m', `Commit ${number}`);
    }
    git('tag', '-a', 'v1', '-m', 'one', 'HEAD~2');
    git('checkout', '--quiet', '-b', 'team/side', 'HEAD~3');
    git('commit', '--quiet', '--allow-empty', '-m', 'Side');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'team/side');
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const names = [
    'HEAD',
    '@',
    'main',
    'team/side',
    'v1',
    'v1^{}',
    'tags/v1',
    'refs/heads/main',
    'HEAD~2',
    'main^2',
    'main^2~1',
    'HEAD^^',
    'HEAD^0',
  ];
  const check = (): void => {
    const repository = openLocal(join(work, 'deploy'));
    for (const name of [...names, git('rev-parse', 'HEAD'), git('rev-parse', '--short', 'v1^{commit}')]) {
      const commit = repository.resolve(name);
      assert.equal(commit, git('rev-parse', `${name}^{commit}`), name);
      const entries = repository.readTree(commit).entries.map(({ path, id }) => `${id} ${path}`);
      assert.deepEqual(entries, git('ls-tree', '-r', '--format=%(objectname) %(path)', commit).split('\n'), name);
    }
    const { entries } = repository.readTree(repository.resolve('HEAD~1'));
    const big = entries.find(({ path }) => path === 'deploy/big.txt');
    assert.equal(
      new TextDecoder().decode(big?.bytes),
      execFileSync('git', ['show', 'HEAD~1:deploy/big.txt'], { cwd: work }).toString(),
    );
  };

  it('finds names and reads trees as git does, from loose objects', check);

  it('does so from packs with deltas, and packed references', () => {
    git('gc', '--quiet', '--aggressive', '--prune=now');
    check();
  });

  it('does so in a linked working copy and in a bare repository that borrows objects', () => {
    git('worktree', 'add', '--quiet', join(home, 'linked'), 'team/side');
    const linked = openLocal(join(home, 'linked'));
    assert.equal(linked.resolve('HEAD'), git('rev-parse', 'team/side'));
    git('clone', '--quiet', '--bare', '--shared', work, join(home, 'bare'));
    const bare = openLocal(join(home, 'bare'));
    assert.equal(bare.resolve('main'), git('rev-parse', 'main'));
    assert.equal(bare.readTree(bare.resolve('main')).entries.length, 2);
  });

  it('says what it does not find: git/ref-not-found, git/no-repository', () => {
    const repository = openLocal(work);
    for (const name of ['nix', 'HEAD~99', 'main^3', '../../HEAD', 'main@{1}', '', 'abcd']) {
      assert.throws(
        () => repository.resolve(name),
        (error) => isFluxError(error, 'git/ref-not-found'),
        name,
      );
    }
    assert.throws(
      () => openLocal('/'),
      (error) => isFluxError(error, 'git/no-repository'),
    );
  });
});
