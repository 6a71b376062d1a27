import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { storeFile } from '../../../src/lib/context-files.ts';

describe('storeFile()', () => {
  let cwd = '';
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'flux-ts-store-'));
  });
  after(() => rm(cwd, { recursive: true }));

  test('makes a file that is not there', async () => {
    await storeFile('new.yaml', 'a', cwd);
    assert.equal(await readFile(join(cwd, 'new.yaml'), 'utf8'), 'a');
  });

  test('replaces a file, keeps its mode and leaves nothing beside it', async () => {
    await mkdir(join(cwd, 'kept'));
    await writeFile(join(cwd, 'kept/old.yaml'), 'long old text', { mode: 0o640 });
    await storeFile('kept/old.yaml', 'b', cwd);
    assert.equal(await readFile(join(cwd, 'kept/old.yaml'), 'utf8'), 'b');
    assert.equal((await stat(join(cwd, 'kept/old.yaml'))).mode & 0o777, 0o640);
    assert.deepEqual(await readdir(join(cwd, 'kept')), ['old.yaml']);
  });

  test('follows a link rather than replacing it', async () => {
    await writeFile(join(cwd, 'target.yaml'), 'old');
    await symlink('target.yaml', join(cwd, 'link.yaml'));
    await storeFile('link.yaml', 'c', cwd);
    assert.equal(await readFile(join(cwd, 'target.yaml'), 'utf8'), 'c');
    assert.ok((await lstat(join(cwd, 'link.yaml'))).isSymbolicLink());
  });

  test('throws what the system throws', async () => {
    await assert.rejects(storeFile('.', 'd', cwd), { code: 'EISDIR' });
    await assert.rejects(storeFile('nope/new.yaml', 'd', cwd), { code: 'ENOENT' });
    await assert.rejects(storeFile('new.yaml/below.yaml', 'd', cwd), { code: 'ENOTDIR' });
  });
});
