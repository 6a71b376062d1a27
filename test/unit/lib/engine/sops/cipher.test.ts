import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { decryptValue } from '../../../../../src/lib/engine/sops/cipher.ts';

const KEY = Buffer.alloc(32, 7);
const IV = Buffer.alloc(32, 9);

function seal(plain: string | Uint8Array, type: string, aad = 'a:b:'): string {
  const cipher = createCipheriv('aes-256-gcm', KEY, IV);
  cipher.setAAD(Buffer.from(aad));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  return `ENC[AES256_GCM,data:${data},iv:${IV.toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:${type}]`;
}

const open = (value: string, aad = 'a:b:') => decryptValue(value, KEY, aad);

function fails(value: string, message: RegExp, aad?: string, key: Uint8Array = KEY): void {
  assert.throws(
    () => decryptValue(value, key, aad ?? 'a:b:'),
    (error) => isFluxError(error, 'sops/decrypt-failed') && message.test(error.message),
  );
}

test('decryptValue() gives the type that was encrypted', () => {
  assert.equal(open(seal('grüße', 'str')), 'grüße');
  assert.equal(open(seal('9007199254740993', 'int')), 9007199254740993n);
  assert.deepEqual(open(seal('1.50', 'float')), { type: 'float', value: 1.5 });
  assert.deepEqual(open(seal('-inf', 'float')), { type: 'float', value: Number.NEGATIVE_INFINITY });
  assert.equal(open(seal('True', 'bool')), true);
  assert.equal(open(seal('False', 'bool')), false);
  assert.deepEqual(open(seal('2020-01-02T03:04:05Z', 'time')), { type: 'time', text: '2020-01-02T03:04:05Z' });
  assert.deepEqual(open(seal(' note', 'comment')), { type: 'comment', text: ' note', inline: false });
  assert.equal(open(''), '', 'an empty text is never encrypted');
});

test('decryptValue() keeps bytes that are not UTF-8', () => {
  assert.deepEqual(open(seal(Buffer.from([0xff, 0x00]), 'str')), { type: 'raw', bytes: Buffer.from([0xff, 0x00]) });
});

test('decryptValue() refuses what was not encrypted with this key for this path', () => {
  fails(seal('x', 'str'), /authentication failed/, 'a:c:');
  fails(seal('x', 'str'), /authentication failed/, undefined, Buffer.alloc(32, 8));
  fails(seal('x', 'str').replace('data:', 'data:AAAA'), /authentication failed/);
  fails('hunter2', /^Input string <redacted> does not match sops' data format$/);
  fails(seal('x', 'str').replace(/iv:[^,]*/, 'iv:A'), /^Error base64-decoding iv$/);
  fails(seal('x', 'str'), /the data key has 5 bytes/, undefined, Buffer.alloc(5));
});

test('decryptValue() refuses a value that is not of its type', () => {
  fails(seal('1.5', 'int'), /no integer/);
  fails(seal('9223372036854775808', 'int'), /no integer/);
  fails(seal('maybe', 'bool'), /neither true nor false/);
  fails(seal('x', 'float'), /no number/);
  fails(seal('today', 'time'), /no point in time/);
  fails(seal('x', 'list'), /^Unknown datatype: list$/);
});
