import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { generateKeyPair, publicKeyOf } from '../../../../../../src/lib/engine/git/index.ts';

test('generateKeyPair() makes PKCS#8 keys that ssh-keygen and publicKeyOf() read alike', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-pair-'));
  try {
    for (const [options, type] of [
      [{}, 'ecdsa-sha2-nistp384'],
      [{ algorithm: 'ecdsa', curve: 'p256' }, 'ecdsa-sha2-nistp256'],
      [{ algorithm: 'ecdsa', curve: 'p521' }, 'ecdsa-sha2-nistp521'],
      [{ algorithm: 'rsa', rsaBits: 1024 }, 'ssh-rsa'],
    ] as const) {
      const pair = await generateKeyPair(options);
      assert.match(pair.privateKeyPem, /^-----BEGIN PRIVATE KEY-----\n/);
      assert.equal(pair.publicKeyAuthorized.split(' ')[0], type);
      assert.equal(await publicKeyOf(pair.privateKeyPem), pair.publicKeyAuthorized);
      const path = join(folder, type);
      writeFileSync(path, pair.privateKeyPem, { mode: 0o600 });
      assert.equal(execFileSync('ssh-keygen', ['-y', '-f', path]).toString().trim(), pair.publicKeyAuthorized.trim());
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('generateKeyPair() refuses odd RSA sizes', async () => {
  const refuses = (rsaBits: number, message: string) =>
    assert.rejects(
      generateKeyPair({ algorithm: 'rsa', rsaBits }),
      (error) => isFluxError(error, 'git/invalid-key') && error.message === message,
    );
  await refuses(512, 'RSA key bit size must be at least 1024');
  await refuses(2049, 'RSA key bit size must be a multiples of 8');
});

test('publicKeyOf() refuses what is no private key', async () => {
  const pair = await generateKeyPair({ algorithm: 'ed25519' });
  for (const text of [
    '',
    'rubbish',
    pair.publicKeyAuthorized,
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  ]) {
    await assert.rejects(publicKeyOf(text), (error) => isFluxError(error, 'git/invalid-key'));
  }
});
