import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { maskEncrypted } from '../../../../../src/lib/features/build/mask-encrypted.ts';

const SOPS = { mac: 'ENC[AES256_GCM,data:x]', version: '3.9.0' };
const MASKED = Buffer.from('**SOPS**').toString('base64');

function secret(fields: JsonObject): K8sObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...fields };
}

describe('maskEncrypted()', () => {
  test('masks all values of a Secret that is encrypted as a whole', () => {
    const object = secret({ data: { a: 'ENC[1]' }, stringData: { b: 'ENC[2]' }, sops: SOPS });
    assert.deepEqual(maskEncrypted(object), secret({ data: { a: MASKED }, stringData: { b: '**SOPS**' } }));
  });

  test('keeps a Docker configuration one that can be read', () => {
    const type = 'kubernetes.io/dockerconfigjson';
    const object = secret({ type, data: { '.dockerconfigjson': 'ENC[1]' }, stringData: { b: 'ENC[2]' }, sops: SOPS });
    const mask = '{"mask":"**SOPS**"}';
    const wanted = { '.dockerconfigjson': Buffer.from(mask).toString('base64') };
    assert.deepEqual(maskEncrypted(object), secret({ type, data: wanted, stringData: { b: mask } }));
  });

  test('masks only the encrypted files in any other Secret', () => {
    const file = '{"password": "ENC[x]", "sops": {"mac": "ENC[y]"}}';
    const plain = Buffer.from('plain').toString('base64');
    const object = secret({ data: { file: Buffer.from(file).toString('base64'), plain }, stringData: { file, plain: 'p' } });
    assert.deepEqual(maskEncrypted(object), secret({ data: { file: MASKED, plain }, stringData: { file: MASKED, plain: 'p' } }));
  });

  test('takes the field "sops" out of other kinds, and leaves the rest alone', () => {
    const map: K8sObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'sops ENC[' } };
    assert.equal(maskEncrypted(map), map);
    assert.deepEqual(maskEncrypted({ ...map, sops: SOPS }), map);
  });

  test('refuses data that is no base64, without telling it: build/bad-secret', () => {
    assert.throws(
      () => maskEncrypted(secret({ data: { password: 'hunter2!' } })),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'build/bad-secret');
        assert.equal(error.message, 'failed to mask secret s sops data: data.password is no base64 (RFC 4648)');
        return true;
      },
    );
  });
});
