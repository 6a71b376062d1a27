import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { fingerprintOf, formatSshPublicKey } from '../../../../../src/lib/engine/signature/ssh-public-key.ts';
import { formatString } from '../../../../../src/lib/engine/signature/ssh-wire.ts';
import { formatSshSignature, signedBytesOf } from '../../../../../src/lib/engine/signature/sshsig.ts';
import { verifySsh } from '../../../../../src/lib/engine/signature/verify-ssh.ts';

const payload = Buffer.from('payload');
const own = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const blobOf = (key: KeyObject) => formatSshPublicKey(key)?.blob ?? Buffer.alloc(0);
const lineOf = (key: KeyObject) => `${formatSshPublicKey(key)?.type} ${blobOf(key).toString('base64')}`;

function signed(namespace = 'git', hash = 'sha512'): string {
  const bytes = signBytes(null, signedBytesOf(payload, namespace, hash), own.privateKey);
  return formatSshSignature({ publicKey: blobOf(own.publicKey), namespace, hash, algorithm: 'ssh-ed25519', bytes });
}

const throws = (run: () => unknown, code: string, message: RegExp | string) =>
  assert.throws(run, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });

test('verifySsh() finds the key among several texts, a bad one among them', () => {
  const texts = ['nonsense', lineOf(other.publicKey), `${lineOf(other.publicKey)}\n${lineOf(own.publicKey)} me\n`];
  assert.deepEqual(verifySsh(payload, signed(), texts), { keyId: fingerprintOf(blobOf(own.publicKey)) });
  assert.deepEqual(verifySsh(payload, signed('git', 'sha256'), texts), { keyId: fingerprintOf(blobOf(own.publicKey)) });
});

test('verifySsh() says signature/not-verified with the reasons, as upstream words them', () => {
  const none = 'unable to verify payload with any of the given authorized keys: no matching key';
  throws(
    () => verifySsh(payload, signed(), [lineOf(other.publicKey)]),
    'signature/not-verified',
    `${none}\npublic key does not match`,
  );
  throws(() => verifySsh(payload, signed(), ['# none']), 'signature/not-verified', none);
  throws(
    () => verifySsh(Buffer.from('changed'), signed(), [lineOf(own.publicKey)]),
    'signature/not-verified',
    `${none}\nsignature did not verify`,
  );
  throws(
    () => verifySsh(payload, signed('file'), [lineOf(own.publicKey)]),
    'signature/not-verified',
    `${none}\nnamespace does not match`,
  );
});

test('verifySsh() does not take a signature for another algorithm than that of the key', () => {
  const bytes = signBytes(null, signedBytesOf(payload, 'git', 'sha512'), own.privateKey);
  const fields = { publicKey: blobOf(own.publicKey), namespace: 'git', hash: 'sha512', bytes };
  const armored = formatSshSignature({ ...fields, algorithm: 'rsa-sha2-512' });
  throws(
    () => verifySsh(payload, armored, [lineOf(own.publicKey)]),
    'signature/not-verified',
    /signature type "rsa-sha2-512" for key type/,
  );
});

test('verifySsh() takes rsa with SHA-256 and SHA-512, and never with SHA-1', () => {
  const armored = (algorithm: string, hash: string) => {
    const bytes = signBytes(hash, signedBytesOf(payload, 'git', 'sha512'), rsa.privateKey);
    return formatSshSignature({ publicKey: blobOf(rsa.publicKey), namespace: 'git', hash: 'sha512', algorithm, bytes });
  };
  const keyId = fingerprintOf(blobOf(rsa.publicKey));
  assert.deepEqual(verifySsh(payload, armored('rsa-sha2-256', 'sha256'), [lineOf(rsa.publicKey)]), { keyId });
  assert.deepEqual(verifySsh(payload, armored('rsa-sha2-512', 'sha512'), [lineOf(rsa.publicKey)]), { keyId });
  throws(
    () => verifySsh(payload, armored('ssh-rsa', 'sha1'), [lineOf(rsa.publicKey)]),
    'signature/malformed',
    /invalid signature format "ssh-rsa": expected "rsa-sha2-256" or "rsa-sha2-512"/,
  );
});

test('verifySsh() verifies keys on security tokens, if somebody touched them', () => {
  const point = Buffer.from(own.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const type = 'sk-ssh-ed25519@openssh.com';
  const blob = Buffer.concat([formatString(type), formatString(point), formatString('ssh:')]);
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  const armored = (flags: number) => {
    const rest = Buffer.from([flags, 0, 0, 0, 7]);
    const message = Buffer.concat([digest(Buffer.from('ssh:')), rest, digest(signedBytesOf(payload, 'git', 'sha512'))]);
    const inner = Buffer.concat([formatString(type), formatString(signBytes(null, message, own.privateKey)), rest]);
    const fields = [blob, 'git', '', 'sha512', inner].map((field) => formatString(field));
    const base64 = Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01', 'latin1'), ...fields]).toString('base64');
    return `-----BEGIN SSH SIGNATURE-----\n${base64}\n-----END SSH SIGNATURE-----\n`;
  };
  const trusted = [`${type} ${blob.toString('base64')}`];
  assert.deepEqual(verifySsh(payload, armored(1), trusted), { keyId: fingerprintOf(blob) });
  throws(() => verifySsh(payload, armored(0), trusted), 'signature/not-verified', /nobody touched the security token/);
});

test('verifySsh() says signature/malformed and signature/invalid-trusted-keys when one side cannot be read', () => {
  const broken = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';
  throws(() => verifySsh(payload, broken, [lineOf(own.publicKey)]), 'signature/malformed', /^unable to unarmor SSH signature: /);
  throws(
    () => verifySsh(payload, signed(), ['nonsense', 'more nonsense']),
    'signature/invalid-trusted-keys',
    'unable to parse authorized keys: unable to parse authorized key: line 1: no key found',
  );
});
