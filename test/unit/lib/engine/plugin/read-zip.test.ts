import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readZip } from '../../../../../src/lib/engine/plugin/read-zip.ts';
import { makeZip } from '../../../../support/make-zip.ts';

const LONG = Buffer.from('a program\n'.repeat(5_000));
const LIMIT = 1_000_000;

test('readZip() reads files that are stored and deflated, and tells what is no file', () => {
  const zip = makeZip([
    { name: 'bin/', mode: 0o040755 },
    { name: 'bin/flux-x', content: LONG },
    { name: 'README', content: Buffer.from('read'), isStored: true },
    { name: 'link', content: Buffer.from('/etc/passwd'), mode: 0o120777 },
    { name: 'empty' },
  ]);
  const members = readZip(zip);
  assert.deepEqual(
    members.map(({ name, isFile }) => [name, isFile]),
    [
      ['bin/', false],
      ['bin/flux-x', true],
      ['README', true],
      ['link', false],
      ['empty', true],
    ],
  );
  assert.deepEqual(members[1]?.read(LIMIT), LONG);
  assert.equal(members[2]?.read(LIMIT).toString(), 'read');
  assert.equal(members[4]?.read(LIMIT).length, 0);
});

test('readZip() reads what zip(1) writes, with a comment behind it and a program before it', (t) => {
  if (spawnSync('zip', ['-v']).status !== 0) return t.skip('there is no zip');
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-zip-'));
  try {
    writeFileSync(join(folder, 'flux-x'), LONG);
    symlinkSync('flux-x', join(folder, 'link'));
    const made = spawnSync('zip', ['-q', '-y', '-z', 'x.zip', 'flux-x', 'link'], { cwd: folder, input: 'a comment\n.\n' });
    assert.equal(made.status, 0, String(made.stderr));
    const zip = readFileSync(join(folder, 'x.zip'));
    for (const one of [zip, Buffer.concat([Buffer.from('#!/bin/sh\nexit\n'), zip])]) {
      const members = readZip(one);
      assert.deepEqual(
        members.map(({ name, isFile }) => [name, isFile]),
        [
          ['flux-x', true],
          ['link', false],
        ],
      );
      assert.deepEqual(members[0]?.read(LIMIT), LONG);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('readZip() refuses what is damaged, cut off, encrypted or too large', () => {
  const zip = makeZip([{ name: 'x', content: LONG }]);
  const changed = (at: number, value: number): Buffer => {
    const copy = Buffer.from(zip);
    copy.writeUInt8(value, at);
    return copy;
  };
  const entry = zip.lastIndexOf(Buffer.from('PK\u0001\u0002'));
  const read = (bytes: Buffer) => () => readZip(bytes)[0]?.read(LIMIT);
  assert.throws(read(zip.subarray(0, -1)), /cut off/);
  assert.throws(read(Buffer.from('no zip')), /no zip file/);
  assert.throws(read(Buffer.alloc(0)), /no zip file/);
  assert.throws(read(changed(entry, 0)), /directory is damaged/);
  assert.throws(read(changed(entry + 29, 255)), /directory is damaged/);
  assert.throws(read(changed(entry + 8, 1)), /encrypted/);
  assert.throws(read(changed(entry + 10, 9)), /method 9/);
  assert.throws(read(changed(entry + 16, (zip[entry + 16] ?? 0) ^ 1)), /x is damaged/);
  assert.throws(read(changed(entry + 24, 1)), /x is damaged/);
  assert.throws(read(changed(entry + 23, 127)), /x is cut off/);
  assert.throws(read(changed(entry + 45, 127)), /not where it should be/);
  assert.throws(read(changed(0, 0)), /not where it should be/);
  assert.throws(read(changed(40, (zip[40] ?? 0) ^ 0xff)), /x is damaged/);
  assert.throws(() => readZip(zip)[0]?.read(LONG.length - 1), RangeError);
  const end = zip.length - 22;
  assert.throws(read(changed(end + 19, 127)), /outside of it/);
  assert.throws(
    () => readZip(Buffer.concat([zip.subarray(0, end + 10), Buffer.from([255, 255]), zip.subarray(end + 12)])),
    /more than 4 GiB/,
  );
});
