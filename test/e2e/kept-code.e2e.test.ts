import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/flux-ts', import.meta.url));
const TENANT = ['create', 'tenant', 'dev-team', '--with-namespace=apps', '--export'];

function withHome(use: (home: string, run: (...argv: string[]) => string, kept: () => string[]) => void): void {
  const home = mkdtempSync(join(tmpdir(), 'flux-ts-kept-code-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home };
  const folder = join(home, '.cache/flux-ts/code');
  try {
    use(
      home,
      (...argv) => execFileSync(process.execPath, [BIN, ...argv], { env, encoding: 'utf8' }),
      () => {
        try {
          return readdirSync(folder).map((name) => join(folder, name));
        } catch {
          return [];
        }
      },
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

test('the bundle keeps compiled code for the user alone, and adds to it in three runs', () => {
  withHome((_home, run, kept) => {
    const first = run(...TENANT);
    const [file, another] = kept();
    assert.ok(file !== undefined && another === undefined);
    assert.equal(statSync(file).mode & 0o077, 0);
    const runs = () => readFileSync(file).at(-'flux-ts code'.length - 1);
    assert.equal(runs(), 1);
    for (const wanted of [2, 3, 3]) {
      assert.equal(run(...TENANT), first);
      assert.equal(runs(), wanted);
    }
  });
});

test('the bundle does without kept code that is cut off, and makes it anew', () => {
  withHome((_home, run, kept) => {
    const first = run(...TENANT);
    const [file = ''] = kept();
    const { size } = statSync(file);
    truncateSync(file, Math.floor(size / 2));
    assert.equal(run(...TENANT), first);
    assert.ok(statSync(file).size > size / 2);
  });
});

test('a command that fails and one with the cache turned off keep nothing', () => {
  withHome((home, _run, kept) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home };
    assert.equal(spawnSync(process.execPath, [BIN, 'kustomize', join(home, 'nothing')], { env }).status, 1);
    assert.equal(spawnSync(process.execPath, [BIN, ...TENANT], { env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' } }).status, 0);
    assert.deepEqual(kept(), []);
  });
});
