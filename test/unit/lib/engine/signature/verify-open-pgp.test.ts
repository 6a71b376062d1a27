import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openpgp from 'openpgp';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { signWithOpenPgp } from '../../../../../src/lib/engine/signature/sign-with-open-pgp.ts';
import { verifyOpenPgp } from '../../../../../src/lib/engine/signature/verify-open-pgp.ts';

const payload = Buffer.from('line one\r\nline two\n');
const CREATED = Date.UTC(2026, 0, 1);
const SIGNED = CREATED + 5_000;
const LATER = CREATED + 60_000;

async function make(keyExpirationTime = 0) {
  const { privateKey } = await openpgp.generateKey({
    type: 'ecc',
    userIDs: [{ name: 'Flux', email: 'flux@example.com' }],
    date: new Date(CREATED),
    format: 'object',
    subkeys: [{ sign: true }],
    keyExpirationTime,
  });
  const sign = await signWithOpenPgp({ keyRing: privateKey.write(), passphrase: '', keyId: '', now: () => SIGNED });
  return { privateKey, ring: privateKey.toPublic().armor(), id: privateKey.getKeyID().toHex().toUpperCase(), sign };
}

const [own, other, shortLived] = await Promise.all([make(), make(), make(10)]);
const NONE = 'unable to verify payload with any of the given key rings: no matching key';

const rejects = (run: Promise<unknown>, code: string, message: RegExp | string, reason?: RegExp) =>
  assert.rejects(run, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    if (reason !== undefined) assert.match(JSON.stringify(error.details?.['reasons']), reason);
    return true;
  });

test('verifyOpenPgp() finds the key among several rings and gives the id of its primary key', async () => {
  const armored = await own.sign(payload);
  const [signingId] = (await openpgp.readSignature({ armoredSignature: armored })).getSigningKeyIDs();
  assert.notEqual(signingId?.toHex().toUpperCase(), own.id, 'a subkey signs');
  assert.deepEqual(await verifyOpenPgp(payload, armored, ['nonsense', other.ring, own.ring], LATER), { keyId: own.id });
  const both = await openpgp.readKeys({ armoredKeys: other.ring });
  const ring = openpgp.armor(
    openpgp.enums.armor.publicKey,
    Buffer.concat([...both.map((key) => key.write()), own.privateKey.toPublic().write()]),
  );
  assert.deepEqual(await verifyOpenPgp(payload, armored, [ring], LATER), { keyId: own.id });
});

test('verifyOpenPgp() says signature/not-verified when no key made it, or the payload was changed', async () => {
  const armored = await own.sign(payload);
  await rejects(
    verifyOpenPgp(payload, armored, [other.ring], LATER),
    'signature/not-verified',
    NONE,
    /Could not find signing key/,
  );
  await rejects(
    verifyOpenPgp(Buffer.from('line one\nline two\n'), armored, [own.ring], LATER),
    'signature/not-verified',
    NONE,
    /digest/,
  );
});

test('verifyOpenPgp() takes nothing from a key that has expired since', async () => {
  const armored = await shortLived.sign(payload);
  assert.deepEqual(await verifyOpenPgp(payload, armored, [shortLived.ring], SIGNED + 1_000), { keyId: shortLived.id });
  await rejects(verifyOpenPgp(payload, armored, [shortLived.ring], LATER), 'signature/not-verified', NONE, /expired/);
});

test('verifyOpenPgp() takes nothing from a key that was revoked since', async () => {
  const { publicKey } = await openpgp.revokeKey({
    key: own.privateKey,
    date: new Date(SIGNED + 1_000),
    reasonForRevocation: { flag: openpgp.enums.reasonForRevocation.keyCompromised },
    format: 'object',
  });
  await rejects(
    verifyOpenPgp(payload, await own.sign(payload), [publicKey.armor()], LATER),
    'signature/not-verified',
    NONE,
    /revoked/,
  );
});

test('verifyOpenPgp() says signature/malformed and signature/invalid-trusted-keys when one side cannot be read', async () => {
  const broken = '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n';
  await rejects(verifyOpenPgp(payload, broken, [own.ring]), 'signature/malformed', /^unable to read PGP signature: /);
  await rejects(
    verifyOpenPgp(payload, await own.sign(payload), ['nonsense']),
    'signature/invalid-trusted-keys',
    'unable to read armored key ring: no armored data found',
  );
});
