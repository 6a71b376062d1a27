import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { joinPath, normalizePath } from '../../../../../src/lib/core/paths.ts';
import { fromMemory, openRooted } from '../../../../../src/lib/engine/filesys/index.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return isFluxError(error) ? error.code : String(error);
  }
  return 'nothing thrown';
}

function withTree(use: (dir: string) => void): void {
  const outer = mkdtempSync(join(tmpdir(), 'flux-ts-filesys-'));
  try {
    mkdirSync(join(outer, 'root/sub'), { recursive: true });
    writeFileSync(join(outer, 'secret'), 'no');
    writeFileSync(join(outer, 'root/a.yaml'), 'a');
    writeFileSync(join(outer, 'root/sub/b.yaml'), 'b');
    symlinkSync('../secret', join(outer, 'root/out'));
    symlinkSync('..', join(outer, 'root/up'));
    symlinkSync('sub/b.yaml', join(outer, 'root/in'));
    symlinkSync('loop', join(outer, 'root/loop'));
    use(join(outer, 'root'));
  } finally {
    rmSync(outer, { recursive: true });
  }
}

test('openRooted() follows links inside and refuses those that lead out', () => {
  withTree((dir) => {
    const fs = openRooted(dir);
    assert.equal(Buffer.from(fs.readFile('/in')).toString(), 'b');
    assert.equal(fs.realPath('in'), '/sub/b.yaml');
    assert.equal(
      codeOf(() => fs.readFile('/out')),
      'filesys/escape',
    );
    assert.equal(
      codeOf(() => fs.stat('/up/secret')),
      'filesys/escape',
    );
    assert.equal(
      codeOf(() => fs.readFile('/loop')),
      'filesys/escape',
    );
  });
});

test('openRooted() cannot be left by dots', () => {
  withTree((dir) => {
    const fs = openRooted(dir);
    assert.equal(
      codeOf(() => fs.readFile('/../secret')),
      'filesys/not-found',
    );
    assert.deepEqual(fs.readDir('/..'), ['a.yaml', 'in', 'loop', 'out', 'sub', 'up']);
  });
});

test('openRooted() in one go resolves as before, and refuses the same', () => {
  withTree((dir) => {
    const fs = openRooted(dir).inOneGo?.();
    assert.ok(fs !== undefined);
    for (let again = 0; again < 2; again++) {
      assert.equal(Buffer.from(fs.readFile('/in')).toString(), 'b');
      assert.equal(fs.realPath('in'), '/sub/b.yaml');
      assert.equal(fs.stat('/sub'), 'directory');
      assert.equal(fs.stat('/a.yaml/x'), undefined);
      for (const path of ['/out', '/up/secret', '/up/root/a.yaml', '/loop']) {
        assert.equal(
          codeOf(() => fs.readFile(path)),
          'filesys/escape',
          path,
        );
      }
    }
  });
});

test('openRooted() refuses a file that became a link between a look and the reading', () => {
  withTree((dir) => {
    const fs = openRooted(dir).inOneGo?.();
    assert.equal(fs?.stat('/a.yaml'), 'file');
    rmSync(join(dir, 'a.yaml'));
    symlinkSync('../secret', join(dir, 'a.yaml'));
    assert.equal(
      codeOf(() => fs?.readFile('/a.yaml')),
      'filesys/escape',
    );
  });
});

test('openRooted() reads as text what is plain UTF-8 and small, and refuses the same', () => {
  withTree((dir) => {
    writeFileSync(join(dir, 'plain'), 'grün\n');
    writeFileSync(join(dir, 'marked'), '\ufeffa');
    writeFileSync(join(dir, 'bytes'), Buffer.from([0x61, 0xff]));
    writeFileSync(join(dir, 'replacement'), 'a \ufffd of its own');
    writeFileSync(join(dir, 'large'), 'x'.repeat(1_000_001));
    const fs = openRooted(dir);
    assert.equal(fs.readText?.('/plain'), 'grün\n');
    assert.equal(fs.readText?.('/marked'), '\ufeffa');
    for (const path of ['/bytes', '/replacement', '/large']) assert.equal(fs.readText?.(path), undefined);
    for (const [path, code] of [
      ['/nothing', 'filesys/not-found'],
      ['/sub', 'filesys/not-file'],
      ['/out', 'filesys/escape'],
    ] as const) {
      assert.equal(
        codeOf(() => fs.readText?.(path)),
        code,
      );
    }
  });
});

test('openRooted() says filesys/too-large for a file of more than 50 MB', () => {
  withTree((dir) => {
    truncateSync(join(dir, 'a.yaml'), 50_000_001);
    assert.equal(
      codeOf(() => openRooted(dir).readFile('/a.yaml')),
      'filesys/too-large',
    );
  });
});

test('openRooted() tells files, directories and nothing apart', () => {
  withTree((dir) => {
    const fs = openRooted(dir);
    assert.equal(fs.stat('/sub'), 'directory');
    assert.equal(fs.stat('/sub/b.yaml'), 'file');
    assert.equal(fs.stat('/a.yaml/x'), undefined);
    assert.equal(
      codeOf(() => fs.readFile('/sub')),
      'filesys/not-file',
    );
    assert.equal(
      codeOf(() => fs.readDir('/a.yaml')),
      'filesys/unreadable',
    );
    assert.equal(
      codeOf(() => openRooted(join(dir, 'nope'))),
      'filesys/not-found',
    );
  });
});

test('fromMemory() makes the directories that paths name', () => {
  const fs = fromMemory({ 'x/y/z.yaml': 'Z', 'x/a': new Uint8Array([1]) });
  assert.deepEqual(fs.readDir('/x'), ['a', 'y']);
  assert.equal(fs.stat('/x/y'), 'directory');
  assert.equal(fs.stat('/q'), undefined);
  assert.equal(Buffer.from(fs.readFile('/x/y/../y/z.yaml')).toString(), 'Z');
  assert.equal(
    codeOf(() => fs.readFile('/x')),
    'filesys/not-file',
  );
  assert.equal(
    codeOf(() => fs.readFile('/nope')),
    'filesys/not-found',
  );
  assert.equal(
    codeOf(() => fs.readDir('/nope')),
    'filesys/not-found',
  );
  assert.equal(fs.realPath('x/./a'), '/x/a');
});

test('normalizePath() takes dots and double slashes out', () => {
  assert.equal(normalizePath('../a//b/./c/..'), '/a/b');
  assert.equal(normalizePath('/'), '/');
  assert.equal(joinPath('/a/b', '../c'), '/a/c');
  assert.equal(joinPath('/a', '/c'), '/c');
});
