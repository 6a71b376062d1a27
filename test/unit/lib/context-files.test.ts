import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readManifests, readOptional, replaceFile } from '../../../src/lib/context-files.ts';

describe('files that the user names', () => {
  let cwd = '';
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'flux-ts-files-'));
    await mkdir(join(cwd, 'apps/.git'), { recursive: true });
    for (const [path, text] of [
      ['apps/b.yaml', 'b'],
      ['apps/a.yml', 'a'],
      ['apps/notes.txt', 'no'],
      ['apps/.git/c.yaml', 'no'],
    ] as const)
      await writeFile(join(cwd, path), text);
    await symlink('/etc', join(cwd, 'apps/link'));
  });
  after(() => rm(cwd, { recursive: true }));

  test('readManifests() reads folders in order, without hidden ones and links, and files as they are', async () => {
    assert.deepEqual(await readManifests(['apps', 'apps/notes.txt'], ['.yaml', '.yml'], cwd), [
      { path: 'apps/a.yml', text: 'a' },
      { path: 'apps/b.yaml', text: 'b' },
      { path: 'apps/notes.txt', text: 'no' },
    ]);
  });

  test('readManifests() names what is not there: usage/no-such-path', async () => {
    await assert.rejects(readManifests(['nope'], ['.yaml'], cwd), {
      code: 'usage/no-such-path',
      message: 'nope: no such file or folder',
    });
  });

  test('readOptional() has nothing for a file that is not there, and throws what else the system says', async () => {
    assert.equal(await readOptional('nope', cwd), undefined);
    await assert.rejects(readOptional('apps', cwd), { code: 'EISDIR' });
  });

  test('replaceFile() keeps the mode and leaves nothing beside the file', async () => {
    await chmod(join(cwd, 'apps/b.yaml'), 0o600);
    await replaceFile('apps/b.yaml', 'new', cwd);
    assert.equal(await readFile(join(cwd, 'apps/b.yaml'), 'utf8'), 'new');
    assert.equal((await stat(join(cwd, 'apps/b.yaml'))).mode & 0o777, 0o600);
    await assert.rejects(replaceFile('apps/nope.yaml', 'new', cwd), { code: 'ENOENT' });
    assert.deepEqual((await readdir(join(cwd, 'apps'))).sort(), ['.git', 'a.yml', 'b.yaml', 'link', 'notes.txt']);
  });
});
