import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findToolsDir, kubernetesCache, sandboxPaths } from '../../../../../src/lib/features/sandbox/sandbox-paths.ts';

describe('sandboxPaths()', () => {
  it('follows XDG_STATE_HOME, and ignores a relative one', () => {
    const dirOf = (env: Record<string, string>) => sandboxPaths('demo', { env, homeDir: '/home/me' }).dir;
    assert.equal(dirOf({}), '/home/me/.local/state/flux-ts/sandbox/demo');
    assert.equal(dirOf({ XDG_STATE_HOME: '/state' }), '/state/flux-ts/sandbox/demo');
    assert.equal(dirOf({ XDG_STATE_HOME: 'state' }), '/home/me/.local/state/flux-ts/sandbox/demo');
  });

  it('keeps the lock beside the folder, where no other sandbox can be', () => {
    const { lock } = sandboxPaths('demo', { env: {}, homeDir: '/home/me' });
    assert.equal(lock, '/home/me/.local/state/flux-ts/sandbox/demo.lock');
    assert.throws(() => sandboxPaths('demo.lock', { env: {}, homeDir: '/home/me' }), { code: 'sandbox/bad-name' });
  });

  it('takes DNS labels only: sandbox/bad-name', () => {
    for (const name of ['a', 'demo-1', '0', 'a'.repeat(63)]) sandboxPaths(name, { env: {}, homeDir: '/' });
    for (const name of ['', '.', '..', '../x', 'a/b', 'Demo', '-a', 'a-', 'a_b', 'a b', 'a\n', 'ä', 'a'.repeat(64)]) {
      assert.throws(() => sandboxPaths(name, { env: {}, homeDir: '/' }), { code: 'sandbox/bad-name' }, name);
    }
  });
});

describe('kubernetesCache()', () => {
  it('follows XDG_CACHE_HOME', () => {
    assert.equal(kubernetesCache({ env: {}, homeDir: '/home/me' }), '/home/me/.cache/flux-ts/kubernetes');
    assert.equal(kubernetesCache({ env: { XDG_CACHE_HOME: '/cache' }, homeDir: '/home/me' }), '/cache/flux-ts/kubernetes');
  });
});

describe('findToolsDir()', () => {
  it('finds the pinned modules of this package', () => {
    assert.ok(existsSync(join(findToolsDir(), 'etcd', 'go.mod')));
    assert.throws(() => findToolsDir('file:///nowhere/file.js'), { code: 'internal/bug' });
  });
});
