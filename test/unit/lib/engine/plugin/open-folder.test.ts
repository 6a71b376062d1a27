import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openPluginFolder, type PluginReceipt } from '../../../../../src/lib/engine/plugin/index.ts';

const RECEIPT: PluginReceipt = {
  name: 'tool',
  version: '1.0.0',
  installedAt: '2026-03-01T12:00:00Z',
  platform: { os: 'linux', arch: 'amd64', url: 'https://example.com/x', checksum: `sha256:${'a'.repeat(64)}` },
};
const NONE: ReadonlySet<string> = new Set();

describe('openPluginFolder()', () => {
  let home = '';
  let path = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'flux-ts-plugins-'));
    path = join(home, 'plugins');
    mkdirSync(path);
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const open = (platform = 'linux') => openPluginFolder({ path, isDefault: false, platform });
  const put = (name: string, mode = 0o755): void => writeFileSync(join(path, name), '#!/bin/sh\n', { mode });

  test('lists executable files called flux-…, links to such ones too, in order', async () => {
    put('flux-b');
    put('flux-a');
    put('flux-plain', 0o644);
    put('other');
    put('flux-');
    put('flux-get');
    put('flux-a.yaml', 0o644);
    mkdirSync(join(path, 'flux-folder'));
    put('target');
    symlinkSync('target', join(path, 'flux-link'));
    symlinkSync('nothing', join(path, 'flux-broken'));
    symlinkSync('flux-folder', join(path, 'flux-tofolder'));
    const found = await open().list(new Set(['get', 'plugin']));
    assert.deepEqual(
      found,
      ['a', 'b', 'link'].map((name) => ({ name, path: join(path, `flux-${name}`) })),
    );
  });

  test('lists none where there is no folder', async () => {
    assert.deepEqual(await openPluginFolder({ path: join(home, 'none'), isDefault: true, platform: 'linux' }).list(NONE), []);
  });

  test('says that a folder cannot be read: plugin/unreadable', async () => {
    symlinkSync('loop', join(home, 'loop'));
    const looped = openPluginFolder({ path: join(home, 'loop'), isDefault: false, platform: 'linux' });
    await assert.rejects(looped.list(NONE), { code: 'plugin/unreadable' });
  });

  test('on Windows, what can be run counts by its ending, once', async () => {
    for (const name of ['flux-a.exe', 'flux-a.cmd', 'flux-b.BAT', 'flux-c', 'flux-a.yaml']) put(name, 0o644);
    assert.deepEqual(
      (await open('win32').list(NONE)).map((one) => [one.name, one.path.slice(path.length + 1)]),
      [
        ['a', 'flux-a.cmd'],
        ['b', 'flux-b.BAT'],
      ],
    );
  });

  test('places a program and its receipt, and leaves nothing else', async () => {
    put('flux-tool', 0o700);
    assert.equal(await open().place(Buffer.from('new'), RECEIPT), join(path, 'flux-tool'));
    assert.equal(readFileSync(join(path, 'flux-tool'), 'utf8'), 'new');
    assert.equal(statSync(join(path, 'flux-tool')).mode & 0o777, 0o755);
    assert.deepEqual(readdirSync(path).sort(), ['flux-tool', 'flux-tool.yaml']);
    assert.deepEqual(await open().readReceipt('tool'), RECEIPT);
    assert.equal(await open('win32').place(Buffer.from('exe'), RECEIPT), join(path, 'flux-tool.exe'));
  });

  test('replaces a link, and not what it leads to', async () => {
    writeFileSync(join(home, 'mine'), 'mine');
    symlinkSync(join(home, 'mine'), join(path, 'flux-tool'));
    await open().place(Buffer.from('new'), RECEIPT);
    assert.equal(readFileSync(join(home, 'mine'), 'utf8'), 'mine');
    assert.equal(readFileSync(join(path, 'flux-tool'), 'utf8'), 'new');
  });

  test('leaves what was there where it cannot write: plugin/unwritable', async (t) => {
    if (process.getuid?.() === 0) {
      // Whoever may write everywhere is stopped by a folder in the place of the program.
      mkdirSync(join(path, 'flux-tool'));
      await assert.rejects(open().place(Buffer.from('new'), RECEIPT), { code: 'plugin/unwritable' });
      assert.deepEqual(readdirSync(path), ['flux-tool']);
      rmSync(join(path, 'flux-tool'), { recursive: true });
      put('flux-tool');
      mkdirSync(join(path, 'flux-tool.yaml'));
      await assert.rejects(open().place(Buffer.from('new'), RECEIPT), { code: 'plugin/unwritable' });
      assert.deepEqual(readdirSync(path).sort(), ['flux-tool', 'flux-tool.yaml']);
      return;
    }
    put('flux-tool');
    chmodSync(path, 0o555);
    t.after(() => chmodSync(path, 0o755));
    await assert.rejects(open().place(Buffer.from('new'), RECEIPT), { code: 'plugin/unwritable' });
    assert.equal(readFileSync(join(path, 'flux-tool'), 'utf8'), '#!/bin/sh\n');
  });

  test('makes the default folder, and no other: plugin/folder-missing', async () => {
    const missing = join(home, '.fluxcd', 'plugins');
    await assert.rejects(openPluginFolder({ path: missing, isDefault: false, platform: 'linux' }).prepare(), {
      code: 'plugin/folder-missing',
      hint: `make it: mkdir -p ${missing}; FLUXCD_PLUGINS names it`,
    });
    assert.ok(!existsSync(missing));
    await openPluginFolder({ path: missing, isDefault: true, platform: 'linux' }).prepare();
    assert.ok(statSync(missing).isDirectory());
    put('file');
    await assert.rejects(openPluginFolder({ path: join(path, 'file'), isDefault: false, platform: 'linux' }).prepare(), {
      code: 'plugin/folder-missing',
    });
  });

  test('removes a program with its receipt, and of a link the link: plugin/not-installed', async () => {
    await open().place(Buffer.from('new'), RECEIPT);
    assert.equal(await open().remove('tool'), join(path, 'flux-tool'));
    assert.deepEqual(readdirSync(path), []);
    writeFileSync(join(home, 'mine'), 'mine');
    symlinkSync(join(home, 'mine'), join(path, 'flux-link'));
    assert.equal(readlinkSync(join(path, 'flux-link')), join(home, 'mine'));
    await open().remove('link');
    assert.ok(existsSync(join(home, 'mine')));
    for (const name of ['tool', '../mine', 'x/../../mine', '']) {
      await assert.rejects(open().remove(name), { code: 'plugin/not-installed' }, name);
    }
    assert.equal(await open().readReceipt('x/../../mine'), undefined);
  });
});
