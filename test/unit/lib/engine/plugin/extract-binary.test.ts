import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { readTar } from '../../../../../src/lib/engine/artifact/index.ts';
import { detectFormat, extractBinary } from '../../../../../src/lib/engine/plugin/extract-binary.ts';
import { makeTar } from '../../../../support/make-tar.ts';
import { makeZip } from '../../../../support/make-zip.ts';

const PROGRAM = Buffer.from('#!/bin/sh\necho program\n');
const EVIL = Buffer.from('evil');

/** The same members as zip, tar and tar.gz. */
const MEMBERS = [
  { name: '../flux-x', content: EVIL },
  { name: '/flux-x', content: EVIL },
  { name: 'a/../../flux-x', content: EVIL },
  { name: 'docs/readme', content: EVIL },
  { name: 'other/./flux-x', content: PROGRAM },
  { name: 'deep/bin/tool', content: Buffer.from('deep') },
  { name: 'flux-x', content: EVIL },
];
const TAR = makeTar([{ name: 'link/flux-x', type: '2' }, { name: 'flux-x/', type: '5' }, ...MEMBERS]);
const ARCHIVES: Readonly<Record<string, Buffer>> = {
  zip: makeZip([{ name: 'link/flux-x', content: EVIL, mode: 0o120777 }, { name: 'flux-x/', mode: 0o040755 }, ...MEMBERS]),
  tar: TAR,
  'tar.gz': gzipSync(TAR),
};

const extract = (bytes: Buffer, url: string, target = 'flux-x', maxBytes = 1_000_000) =>
  extractBinary(bytes, { url, target, readTar, maxBytes });
const code = (wanted: string) => (error: unknown) => {
  assert.ok(error instanceof FluxError, String(error));
  assert.equal(error.code, wanted, error.message);
  return true;
};

describe('extractBinary()', () => {
  for (const [format, bytes] of Object.entries(ARCHIVES)) {
    test(`takes the first file of that name out of a ${format}, and passes over links, folders and ways out`, async () => {
      assert.deepEqual(Buffer.from(await extract(bytes, `http://x/a.${format}`)), PROGRAM);
      // Without an ending, the first bytes tell.
      assert.deepEqual(Buffer.from(await extract(bytes, 'http://x/download?id=1')), PROGRAM);
    });

    test(`takes a path of a ${format} to the letter`, async () => {
      assert.equal(Buffer.from(await extract(bytes, 'http://x/y', 'deep/bin/tool')).toString(), 'deep');
      await assert.rejects(extract(bytes, 'http://x/y', 'bin/tool'), code('plugin/not-in-archive'));
      await assert.rejects(extract(bytes, 'http://x/y', '../flux-x'), code('plugin/not-in-archive'));
    });

    test(`says that a ${format} has no such program: plugin/not-in-archive`, async () => {
      await assert.rejects(extract(bytes, 'http://x/y', 'flux-z'), code('plugin/not-in-archive'));
    });

    test(`refuses a ${format} that is cut off: plugin/bad-archive`, async () => {
      await assert.rejects(extract(bytes.subarray(0, bytes.length >> 1), `http://x/a.${format}`), code('plugin/bad-archive'));
    });
  }

  test('takes what is no archive as it is', async () => {
    assert.deepEqual(await extract(PROGRAM, 'http://x/flux-x'), PROGRAM);
    assert.deepEqual(await extract(Buffer.alloc(0), 'http://x/flux-x'), Buffer.alloc(0));
  });

  test('refuses what unpacks to more than the limit: plugin/too-large', async () => {
    const content = Buffer.alloc(100_000);
    await assert.rejects(extract(makeZip([{ name: 'flux-x', content }]), 'x.zip', 'flux-x', 1_000), code('plugin/too-large'));
    await assert.rejects(
      extract(gzipSync(makeTar([{ name: 'flux-x', content }])), 'x.tgz', 'flux-x', 1_000),
      code('plugin/too-large'),
    );
  });
});

test('detectFormat() believes the ending first, then the first bytes', () => {
  assert.equal(detectFormat(PROGRAM, 'https://x/A.ZIP'), 'zip');
  assert.equal(detectFormat(PROGRAM, 'https://x/a.tgz'), 'tar.gz');
  assert.equal(detectFormat(PROGRAM, 'https://x/a.tar'), 'tar');
  assert.equal(detectFormat(PROGRAM, 'https://x/a.tar.gz?sig=1'), 'binary');
  assert.equal(detectFormat(TAR, 'https://x/a'), 'tar');
});
