import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import ssh2 from 'ssh2';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { readSshPrivateKey } from '../../../../../src/lib/engine/signature/read-ssh-private-key.ts';
import { formatSshPublicKey } from '../../../../../src/lib/engine/signature/ssh-public-key.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const locked = { cipher: 'aes-256-cbc', passphrase: 'right' } as const;

const forms: readonly (readonly [string, KeyObject, string, string])[] = [
  ['PKCS#1', rsa, pem(rsa, 'pkcs1'), ''],
  ['PKCS#1 with a passphrase', rsa, pem(rsa, 'pkcs1', locked), 'right'],
  ['SEC 1', ecdsa, pem(ecdsa, 'sec1'), ''],
  ['SEC 1 with a passphrase', ecdsa, pem(ecdsa, 'sec1', locked), 'right'],
  ['PKCS#8 of rsa', rsa, pem(rsa, 'pkcs8'), ''],
  ['PKCS#8 of ecdsa', ecdsa, pem(ecdsa, 'pkcs8'), ''],
  ['PKCS#8 of ed25519', ed25519, pem(ed25519, 'pkcs8'), ''],
  ['PKCS#8 with a passphrase', ed25519, pem(ed25519, 'pkcs8', locked), 'right'],
];

function pem(key: KeyObject, type: 'pkcs1' | 'sec1' | 'pkcs8', lock: object = {}): string {
  return key.export({ type, format: 'pem', ...lock }) as string;
}

for (const [name, key, text, passphrase] of forms) {
  test(`readSshPrivateKey() reads ${name}`, async () => {
    assert.ok((await readSshPrivateKey(text, passphrase)).equals(key));
  });
}

const openssh = ssh2.utils.generateKeyPairSync;
const pairs = [
  ['ed25519', openssh('ed25519'), ''],
  ['ed25519 with a passphrase', openssh('ed25519', { passphrase: 'right', cipher: 'aes256-ctr', rounds: 1 }), 'right'],
  ['ecdsa', openssh('ecdsa', { bits: 384 }), ''],
  ['ecdsa with a passphrase', openssh('ecdsa', { bits: 256, passphrase: 'right', cipher: 'aes256-cbc', rounds: 1 }), 'right'],
  ['rsa', openssh('rsa', { bits: 2048 }), ''],
] as const;

for (const [name, pair, passphrase] of pairs) {
  test(`readSshPrivateKey() reads OpenSSH's form of ${name}`, async () => {
    assert.ok(pair.private.includes('BEGIN OPENSSH PRIVATE KEY'));
    const blob = formatSshPublicKey(await readSshPrivateKey(pair.private, passphrase))?.blob;
    assert.equal(blob?.toString('base64'), pair.public.split(' ')[1]);
  });
}

test('readSshPrivateKey() does not look at a passphrase that is not needed', async () => {
  assert.ok((await readSshPrivateKey(pem(rsa, 'pkcs8'), 'needless')).equals(rsa));
  assert.equal((await readSshPrivateKey(pairs[0][1].private, 'needless')).asymmetricKeyType, 'ed25519');
});

const rejects = (text: string, passphrase: string, code: string, message: RegExp) =>
  assert.rejects(readSshPrivateKey(text, passphrase), (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /wrong-one|MII|b3Blbn/);
    return true;
  });

test('readSshPrivateKey() says signature/passphrase-required when a locked key gets none', async () => {
  const message = /^invalid SSH signing key: SSH signing key is encrypted; passphrase required$/;
  await rejects(pem(rsa, 'pkcs1', locked), '', 'signature/passphrase-required', message);
  await rejects(pem(ed25519, 'pkcs8', locked), '', 'signature/passphrase-required', message);
  await rejects(pairs[1][1].private, '', 'signature/passphrase-required', message);
});

test('readSshPrivateKey() says signature/passphrase-wrong when the passphrase does not open it', async () => {
  await rejects(pem(rsa, 'pkcs1', locked), 'wrong-one', 'signature/passphrase-wrong', /does not open it/);
  await rejects(pem(ed25519, 'pkcs8', locked), 'wrong-one', 'signature/passphrase-wrong', /does not open it/);
  await rejects(pairs[1][1].private, 'wrong-one', 'signature/passphrase-wrong', /does not open it/);
});

test('readSshPrivateKey() says signature/invalid-key when there is no private key', async () => {
  await rejects('', '', 'signature/invalid-key', /no private key found/);
  await rejects(pairs[0][1].public, '', 'signature/invalid-key', /no private key found/);
  await rejects(pem(rsa, 'pkcs8').replace('MII', 'AAA'), '', 'signature/invalid-key', /holds no private key that can be read/);
  const cut = pairs[0][1].private.replace(/\n.{20}/, '\n');
  await rejects(cut, '', 'signature/invalid-key', /could not parse SSH signing key/);
});
