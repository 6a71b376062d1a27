import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openpgp from 'openpgp';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { signWithOpenPgp, verifySignature } from '../../../../../src/lib/engine/signature/index.ts';

const payload = Buffer.from('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nMessage\n');
const CREATED = Date.UTC(2026, 0, 1);
const later = () => CREATED + 60_000;

async function make(options: { passphrase?: string; keyExpirationTime?: number; type?: 'curve25519' | 'ecc' } = {}) {
  const { privateKey } = await openpgp.generateKey({
    type: 'ecc',
    userIDs: [{ name: 'Flux', email: 'flux@example.com' }],
    date: new Date(CREATED),
    format: 'object',
    ...options,
  });
  return {
    id: privateKey.getKeyID().toHex().toUpperCase(),
    binary: privateKey.write(),
    armored: Buffer.from(privateKey.armor()),
    publicArmored: privateKey.toPublic().armor(),
    publicBinary: privateKey.toPublic().write(),
  };
}

const [first, second, locked] = await Promise.all([make(), make({ type: 'curve25519' }), make({ passphrase: 'right' })]);
const none = { passphrase: '', keyId: '', now: later };

const rejects = (run: Promise<unknown>, code: string, message: RegExp | string) =>
  assert.rejects(run, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.doesNotMatch(error.message, /wrong-one/);
    return true;
  });

for (const [name, keyRing] of [
  ['armored', first.armored],
  ['binary', first.binary],
] as const) {
  test(`signWithOpenPgp() signs with a key ring that is ${name}`, async () => {
    const armored = await (await signWithOpenPgp({ ...none, keyRing }))(payload);
    assert.ok(armored.startsWith('-----BEGIN PGP SIGNATURE-----\n'));
    assert.ok(!armored.includes('\r'));
    const trusted = { pgp: [second.publicArmored, first.publicArmored], ssh: [] };
    assert.deepEqual(await verifySignature(payload, armored, trusted, { now: later() }), { keyId: first.id });
  });
}

test('signWithOpenPgp() chooses the key by its id, or takes the first that has a private half', async () => {
  const trusted = { pgp: [first.publicArmored, second.publicArmored], ssh: [] };
  const keyRing = Buffer.concat([first.binary, second.binary]);
  const verify = async (armored: string) => (await verifySignature(payload, armored, trusted, { now: later() })).keyId;
  assert.equal(await verify(await (await signWithOpenPgp({ ...none, keyRing }))(payload)), first.id);
  const byId = await signWithOpenPgp({ ...none, keyRing, keyId: `0x${second.id.toLowerCase()}` });
  assert.equal(await verify(await byId(payload)), second.id);
  const mixed = await signWithOpenPgp({ ...none, keyRing: Buffer.concat([first.publicBinary, second.binary]) });
  assert.equal(await verify(await mixed(payload)), second.id);
});

test('signWithOpenPgp() says signature/key-not-found when the ring lacks the key', async () => {
  const keyRing = first.binary;
  await rejects(
    signWithOpenPgp({ ...none, keyRing, keyId: second.id }),
    'signature/key-not-found',
    `invalid GPG signing key: no GPG keyring matching key id '${second.id}' found`,
  );
  await rejects(
    signWithOpenPgp({ ...none, keyRing, keyId: 'ABC' }),
    'signature/key-not-found',
    'invalid GPG signing key: invalid GPG key id length; expected 16, got 3',
  );
  await rejects(
    signWithOpenPgp({ ...none, keyRing: first.publicBinary, keyId: first.id }),
    'signature/key-not-found',
    `invalid GPG signing key: keyring does not contain private key for key id '${first.id}'`,
  );
  await rejects(
    signWithOpenPgp({ ...none, keyRing: first.publicBinary }),
    'signature/key-not-found',
    /does not contain a private key/,
  );
});

test('signWithOpenPgp() opens a locked key, or says what is amiss with the passphrase', async () => {
  const keyRing = locked.binary;
  const armored = await (await signWithOpenPgp({ ...none, keyRing, passphrase: 'right' }))(payload);
  const trusted = { pgp: [locked.publicArmored], ssh: [] };
  assert.deepEqual(await verifySignature(payload, armored, trusted, { now: later() }), { keyId: locked.id });
  await rejects(signWithOpenPgp({ ...none, keyRing }), 'signature/passphrase-required', /passphrase required$/);
  await rejects(
    signWithOpenPgp({ ...none, keyRing, passphrase: 'wrong-one' }),
    'signature/passphrase-wrong',
    /^invalid GPG signing key: unable to decrypt GPG private key '[0-9A-F]{16}': .*Incorrect key passphrase/,
  );
});

test('signWithOpenPgp() says signature/invalid-key when the ring cannot be read', async () => {
  await rejects(
    signWithOpenPgp({ ...none, keyRing: Buffer.from('nonsense') }),
    'signature/invalid-key',
    /unable to read GPG key ring|empty GPG/,
  );
  await rejects(
    signWithOpenPgp({ ...none, keyRing: Buffer.alloc(0) }),
    'signature/invalid-key',
    /empty GPG key ring|unable to read/,
  );
});

test('signWithOpenPgp() says signature/unsupported-key when the key has expired', async () => {
  const { binary } = await make({ keyExpirationTime: 10 });
  await rejects(signWithOpenPgp({ ...none, keyRing: binary }), 'signature/unsupported-key', /cannot sign: .*expired/);
});
