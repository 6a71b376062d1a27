import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';

import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { signWithSsh, verifySignature } from '../../../../../src/lib/engine/signature/index.ts';

const payload = Buffer.from('payload');
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const ssh = await (await signWithSsh(pem, ''))(payload);
const pgp = '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n';
const OTHER_KEY = '# none\n';

const rejects = (run: Promise<unknown>, code: string, message: RegExp | string) =>
  assert.rejects(run, (error: unknown) => {
    assert.ok(isFluxError(error, code), `wanted ${code}, got ${String(error)}`);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });

test("verifySignature() goes by the signature's kind, and says when there are no keys for it", async () => {
  await rejects(
    verifySignature(payload, ssh, { pgp: ['x'], ssh: [] }),
    'signature/no-trusted-keys',
    'SSH signature detected but no SSH public keys found in secret (keys with .sshpub suffix)',
  );
  await rejects(
    verifySignature(payload, pgp, { pgp: [], ssh: ['x'] }),
    'signature/no-trusted-keys',
    'PGP signature detected but no PGP public keys found in secret (keys with .asc suffix)',
  );
});

test('verifySignature() says signature/unsupported-type for none and for X.509', async () => {
  const keys = { pgp: ['x'], ssh: ['x'] };
  await rejects(verifySignature(payload, '', keys), 'signature/unsupported-type', 'unsupported signature type: empty');
  const x509 = '-----BEGIN SIGNED MESSAGE-----\n';
  await rejects(verifySignature(payload, x509, keys), 'signature/unsupported-type', 'unsupported signature type: x509');
});

test('verifySignature() begins its messages with what was verified', async () => {
  const keys = { pgp: ['x'], ssh: [OTHER_KEY] };
  const none = 'unable to verify payload with any of the given authorized keys: no matching key';
  await rejects(
    verifySignature(payload, ssh, keys, { what: 'commit' }),
    'signature/not-verified',
    `unable to verify Git commit SSH signature: ${none}`,
  );
  await rejects(verifySignature(payload, ssh, keys), 'signature/not-verified', none);
  await rejects(
    verifySignature(payload, pgp, keys, { what: 'tag' }),
    'signature/malformed',
    /^unable to verify Git tag: unable to read/,
  );
});
