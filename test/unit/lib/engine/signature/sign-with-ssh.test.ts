import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { signWithSsh, verifySignature } from '../../../../../src/lib/engine/signature/index.ts';
import { formatSshPublicKey } from '../../../../../src/lib/engine/signature/ssh-public-key.ts';
import { parseSshSignature } from '../../../../../src/lib/engine/signature/sshsig.ts';

const payload = Buffer.from('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nMessage\n');
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;

function lineOf(key: KeyObject): string {
  const { type = '', blob = Buffer.alloc(0) } = formatSshPublicKey(key) ?? {};
  return `${type} ${blob.toString('base64')}`;
}

const kinds = [
  ['ssh-ed25519', generateKeyPairSync('ed25519')],
  ['rsa-sha2-512', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ecdsa-sha2-nistp256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ecdsa-sha2-nistp384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['ecdsa-sha2-nistp521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
] as const;

for (const [algorithm, { privateKey, publicKey }] of kinds) {
  test(`signWithSsh() makes signatures that verify: ${algorithm}`, async () => {
    const sign = await signWithSsh(pem(privateKey), '');
    // Numbers in ECDSA signatures get shorter now and then.
    for (let round = 0; round < 20; round++) {
      const armored = await sign(Buffer.concat([payload, Buffer.from([round])]));
      const { keyId } = await verifySignature(Buffer.concat([payload, Buffer.from([round])]), armored, {
        pgp: [],
        ssh: [lineOf(publicKey)],
      });
      assert.match(keyId, /^SHA256:[A-Za-z0-9+/]{43}$/);
    }
    const { namespace, hash, algorithm: used } = parseSshSignature(await sign(payload));
    assert.deepEqual({ namespace, hash, used }, { namespace: 'git', hash: 'sha512', used: algorithm });
  });
}

test('signWithSsh() writes the armor as OpenSSH does', async () => {
  const armored = await (await signWithSsh(pem(kinds[1][1].privateKey), ''))(payload);
  const lines = armored.split('\n');
  assert.equal(lines[0], '-----BEGIN SSH SIGNATURE-----');
  assert.deepEqual(lines.slice(-2), ['-----END SSH SIGNATURE-----', '']);
  assert.ok(lines.slice(1, -3).every((line) => line.length === 70));
});

test('signWithSsh() refuses keys that signatures cannot be made with', async () => {
  const rejects = (key: KeyObject, message: RegExp) =>
    assert.rejects(
      signWithSsh(pem(key), ''),
      (error: unknown) => isFluxError(error, 'signature/unsupported-key') && message.test(error.message),
    );
  await rejects(
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
    /^invalid SSH signing key: RSA key size 1024 bits/,
  );
  await rejects(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, /algorithm: secp256k1$/);
  await rejects(generateKeyPairSync('x25519').privateKey, /algorithm: x25519$/);
});
