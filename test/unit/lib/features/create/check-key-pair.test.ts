import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { issueCertificate } from '../../../../../src/lib/engine/controlplane/issue-certificate.ts';
import { makeTlsSecret } from '../../../../../src/lib/features/create/index.ts';
import { codeOf } from './thrown-code.ts';

const BASE = { name: 'tls', namespace: 'apps', labels: {} };
const TIME = { notBefore: new Date('2026-01-01'), notAfter: new Date('2036-01-01') };
const one = issueCertificate({ commonName: 'one', use: 'authority', ...TIME });
const other = issueCertificate({ commonName: 'other', use: 'authority', ...TIME });
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

describe('makeTlsSecret()', () => {
  test('holds a pair, and the authority with it', () => {
    const secret = makeTlsSecret(BASE, { certificate: one.certificate, key: one.key, authority: 'CA' });
    assert.equal(secret['type'], 'kubernetes.io/tls');
    assert.deepEqual(secret['stringData'], { 'tls.crt': one.certificate, 'tls.key': one.key, 'ca.crt': 'CA' });
  });

  test('holds an authority alone, whatever it is', () => {
    assert.equal(makeTlsSecret(BASE, { certificate: '', key: '', authority: 'x' })['type'], 'Opaque');
  });

  test('wants a whole pair, or an authority: create/flag-missing', () => {
    for (const wrong of [{ certificate: 'x' }, { key: 'x' }, {}])
      assert.equal(
        codeOf(() => makeTlsSecret(BASE, { certificate: '', key: '', authority: '', ...wrong })),
        'create/flag-missing',
      );
  });

  const failures: readonly (readonly [string, string, RegExp])[] = [
    ['x', one.key, /any PEM data in certificate input/],
    [one.key, one.key, /PEM inputs may have been switched/],
    [one.certificate, 'x', /any PEM data in key input/],
    [one.certificate, one.certificate, /found a certificate rather than a key/],
    [one.certificate, other.key, /private key does not match public key/],
    [one.certificate, rsaKey, /private key type does not match public key type/],
    [one.certificate.replace(/\nM/, '\nA'), one.key, /the certificate cannot be read/],
    [one.certificate, one.key.replace(/\nM/, '\nA'), /failed to parse private key/],
  ];
  for (const [certificate, key, message] of failures)
    test(`refuses a pair: create/bad-key-pair, ${message.source}`, () =>
      assert.throws(() => makeTlsSecret(BASE, { certificate, key, authority: '' }), { code: 'create/bad-key-pair', message }));
});
