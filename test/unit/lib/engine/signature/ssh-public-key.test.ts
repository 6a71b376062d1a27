import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';

import { fingerprintOf, formatSshPublicKey, parseSshPublicKey } from '../../../../../src/lib/engine/signature/ssh-public-key.ts';
import { formatString } from '../../../../../src/lib/engine/signature/ssh-wire.ts';

// The key of RFC 8032, section 7.1, test 2; ssh-keygen -l gives its fingerprint.
const RFC_8032 = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';

const kinds: readonly (readonly [string, () => { publicKey: KeyObject }])[] = [
  ['ssh-ed25519', () => generateKeyPairSync('ed25519')],
  ['ssh-rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ecdsa-sha2-nistp256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ecdsa-sha2-nistp384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['ecdsa-sha2-nistp521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
];

for (const [type, make] of kinds) {
  test(`parseSshPublicKey() reads what formatSshPublicKey() wrote: ${type}`, () => {
    const { publicKey } = make();
    const written = formatSshPublicKey(publicKey);
    assert.ok(written !== undefined);
    assert.equal(written.type, type);
    const read = parseSshPublicKey(written.blob);
    assert.equal(read.type, type);
    assert.ok(read.key?.equals(publicKey));
  });
}

test('formatSshPublicKey() knows nothing of keys that SSH does not have', () => {
  assert.equal(formatSshPublicKey(generateKeyPairSync('x25519').publicKey), undefined);
  assert.equal(formatSshPublicKey(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), undefined);
  assert.equal(formatSshPublicKey(generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }).publicKey), undefined);
});

test('fingerprintOf() gives what ssh-keygen prints', () => {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(RFC_8032, 'hex').toString('base64url') },
    format: 'jwk',
  });
  assert.equal(
    fingerprintOf(formatSshPublicKey(key)?.blob ?? Buffer.alloc(0)),
    'SHA256:F34nin7tcaYH6WR5LSWSfj6weFBPfBpuyUUoPFP9YjA',
  );
});

test('parseSshPublicKey() reads keys of security tokens with what they are for', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const blob = Buffer.concat([formatString('sk-ssh-ed25519@openssh.com'), formatString(x), formatString('ssh:')]);
  const read = parseSshPublicKey(blob);
  assert.equal(read.application, 'ssh:');
  assert.ok(read.key?.equals(publicKey));
});

test('parseSshPublicKey() keeps kinds that verify nothing, and refuses what it does not know', () => {
  assert.equal(parseSshPublicKey(Buffer.concat([formatString('ssh-dss'), formatString('x')])).key, undefined);
  assert.equal(parseSshPublicKey(formatString('ssh-ed25519-cert-v01@openssh.com')).key, undefined);
  assert.throws(() => parseSshPublicKey(formatString('ssh-unheard-of')), /unknown key algorithm: "ssh-unheard-of"/);
  const otherCurve = [formatString('ecdsa-sha2-nistp256'), formatString('nistp384'), formatString(Buffer.alloc(97, 4))];
  assert.throws(() => parseSshPublicKey(Buffer.concat(otherCurve)), /on the curve "nistp384", not on nistp256/);
  const noPoint = [formatString('ecdsa-sha2-nistp256'), formatString('nistp256'), formatString(Buffer.alloc(33, 2))];
  assert.throws(() => parseSshPublicKey(Buffer.concat(noPoint)), /no point of its curve/);
});
