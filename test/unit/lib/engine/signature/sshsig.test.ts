import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatSshSignature, parseSshSignature, signedBytesOf } from '../../../../../src/lib/engine/signature/sshsig.ts';

const fields = {
  publicKey: Buffer.from('key'),
  namespace: 'git',
  hash: 'sha512',
  algorithm: 'ssh-ed25519',
  bytes: Buffer.from('signature'),
};

test('parseSshSignature() reads what formatSshSignature() wrote', () => {
  assert.deepEqual(parseSshSignature(formatSshSignature(fields)), { ...fields, rest: Buffer.alloc(0) });
});

test('parseSshSignature() refuses other hashes, versions and shapes', () => {
  assert.throws(() => parseSshSignature(formatSshSignature({ ...fields, hash: 'sha1' })), /unsupported hash algorithm "sha1"/);
  assert.throws(() => parseSshSignature('-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----'), /ends too early/);
  assert.throws(() => parseSshSignature('-----BEGIN SSH SIGNATURE-----\nU1NI'), /invalid PEM block/);
  const change = (at: number, value: number) => {
    const bytes = Buffer.from(formatSshSignature(fields).split('\n').slice(1, -2).join(''), 'base64');
    bytes[at] = value;
    return `-----BEGIN SSH SIGNATURE-----\n${bytes.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
  };
  assert.throws(() => parseSshSignature(change(0, 0)), /invalid magic preamble/);
  assert.throws(() => parseSshSignature(change(9, 2)), /unsupported signature version 2: expected 1/);
  const longer = Buffer.concat([
    Buffer.from(formatSshSignature(fields).split('\n').slice(1, -2).join(''), 'base64'),
    Buffer.alloc(1),
  ]);
  const armored = `-----BEGIN SSH SIGNATURE-----\n${longer.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
  assert.throws(() => parseSshSignature(armored), /more data than a signature has/);
});

test('signedBytesOf() covers the payload by its hash, and what it is for', () => {
  const bytes = signedBytesOf(Buffer.from('abc'), 'git', 'sha256');
  assert.equal(
    bytes.toString('hex'),
    `${Buffer.from('SSHSIG\0\0\0\x03git\0\0\0\0\0\0\0\x06sha256\0\0\0\x20', 'latin1').toString('hex')}ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad`,
  );
});
