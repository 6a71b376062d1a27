import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { buildBinary, goEnvironment, readGoVersion } from '../../../../../src/lib/engine/controlplane/build-binary.ts';
import { testHost } from '../../../../support/test-host.ts';

const root = mkdtempSync(join(tmpdir(), 'flux-ts-build-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** A PATH on which `go` is a shell script: what is tested is how it is called and what becomes of its answer. */
function pathWithGo(script: string): Record<string, string> {
  const dir = mkdtempSync(join(root, 'path-'));
  writeFileSync(join(dir, 'go'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${dir}:/bin:/usr/bin` };
}

function recipe() {
  const moduleDir = mkdtempSync(join(root, 'module-'));
  const output = join(moduleDir, 'out', 'program');
  return { title: 'program v1', moduleDir, package: 'example.com/program', linkerFlags: '-s -w', output };
}

describe('buildBinary()', () => {
  it('calls go read-only and trimmed, with neutral flags, and moves the finished program to its place', async () => {
    const it = recipe();
    const env = {
      ...pathWithGo('echo "$@ $GOFLAGS $CGO_ENABLED $GOWORK" > called; echo done > "$7"'),
      GOFLAGS: '-race',
      GOOS: 'plan9',
    };
    await buildBinary(it, testHost({ env }), { progress: SILENT });
    const called = readFileSync(join(it.moduleDir, 'called'), 'utf8').trim();
    assert.match(called, /^build -mod=readonly -trimpath -ldflags -s -w -o \S+\.tmp example\.com\/program -mod=readonly 0 off$/);
    assert.equal(readFileSync(it.output, 'utf8'), 'done\n');
    assert.deepEqual(readdirSync(join(it.moduleDir, 'out')), ['program']);
  });

  it('passes build tags on, and lets C code be built where there is some', async () => {
    const it = { ...recipe(), tags: ['a', 'b'], usesC: true };
    const env = pathWithGo('echo "$@ $CGO_ENABLED" > called; echo done > "$9"');
    await buildBinary(it, testHost({ env }), { progress: SILENT });
    assert.match(readFileSync(join(it.moduleDir, 'called'), 'utf8'), /-trimpath -tags a,b -ldflags .* example\.com\/program 1$/m);
  });

  it('ends with what go said last, and leaves nothing: controlplane/build-failed', async () => {
    const it = recipe();
    const host = testHost({ env: pathWithGo('echo half > "$7"; echo "undefined: x" >&2; exit 1') });
    await assert.rejects(buildBinary(it, host, { progress: SILENT }), {
      code: 'controlplane/build-failed',
      message: 'go build of program v1 failed: undefined: x',
    });
    assert.deepEqual(readdirSync(join(it.moduleDir, 'out')), []);
  });

  it('says when there is no toolchain: controlplane/no-go', async () => {
    const host = testHost({ env: { PATH: join(root, 'nothing') } });
    await assert.rejects(buildBinary(recipe(), host, { progress: SILENT }), { code: 'controlplane/no-go' });
    assert.equal(await readGoVersion(host), undefined);
  });

  it('ends go and its children when it is aborted', async () => {
    const it = recipe();
    const controller = new AbortController();
    const host = testHost({ env: pathWithGo('touch started; sleep 60 & wait') });
    const waiting = {
      ...SILENT,
      waiting: () => readdirSync(it.moduleDir).includes('started') && controller.abort(new Error('stop')),
    };
    const done = buildBinary(it, host, { progress: waiting, signal: controller.signal, reportEveryMs: 5 });
    await assert.rejects(done, /^Error: stop$/);
    assert.deepEqual(readdirSync(join(it.moduleDir, 'out')), []);
  });

  it('tells that it is still going on, with the time spent', async () => {
    const it = recipe();
    const told: string[] = [];
    const times = [0, 100_000];
    const now = () => new Date(times.shift() ?? 100_000);
    const host = testHost({ env: pathWithGo('until [ -e told ]; do sleep 0.01; done; echo x > "$7"'), now });
    const waiting = (text: string) => {
      told.push(text);
      writeFileSync(join(it.moduleDir, 'told'), '');
    };
    await buildBinary(it, host, { progress: { ...SILENT, waiting }, position: '(1 of 3)', reportEveryMs: 5 });
    assert.equal(told[0], 'still building program v1 from source (1 of 3), 1m40s so far');
  });
});

describe('readGoVersion()', () => {
  it('reads what `go env GOVERSION` prints', async () => {
    assert.equal(await readGoVersion(testHost({ env: pathWithGo('echo go1.26.8') })), 'go1.26.8');
  });
});

describe('goEnvironment()', () => {
  it("keeps the user's module settings and drops what changes the target", () => {
    const env = goEnvironment({ GOPROXY: 'off', GOARCH: 'arm', GOFLAGS: '-mod=mod', GOWORK: '/x/go.work', HOME: '/home/me' });
    assert.deepEqual(env, {
      GOPROXY: 'off',
      HOME: '/home/me',
      CGO_ENABLED: '0',
      GO111MODULE: 'on',
      GOWORK: 'off',
      GOFLAGS: '-mod=readonly',
    });
  });
});
