import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  encodeBits,
  encodeInteger,
  encodeObjectId,
  encodeOctets,
  encodeTime,
  encodeValue,
} from '../../../../../src/lib/engine/controlplane/der.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('encodeValue()', () => {
  it('writes the length in one byte up to 127 and with a length of the length from 128 on', () => {
    assert.equal(hex(encodeValue(0x04, Buffer.alloc(127))).slice(0, 4), '047f');
    assert.equal(hex(encodeValue(0x04, Buffer.alloc(128))).slice(0, 6), '048180');
    assert.equal(hex(encodeValue(0x04, Buffer.alloc(300))).slice(0, 8), '0482012c');
  });
});

describe('encodeInteger()', () => {
  it('keeps a number positive and drops leading zeros', () => {
    assert.equal(hex(encodeInteger(Buffer.from([0x00]))), '020100');
    assert.equal(hex(encodeInteger(Buffer.from([0x7f]))), '02017f');
    assert.equal(hex(encodeInteger(Buffer.from([0x80]))), '02020080');
    assert.equal(hex(encodeInteger(Buffer.from([0x00, 0x00, 0x81]))), '02020081');
  });
});

describe('encodeObjectId()', () => {
  it('writes arcs above 127 in several bytes', () => {
    // ecdsa-with-SHA256, as RFC 5758 gives it.
    assert.equal(hex(encodeObjectId('1.2.840.10045.4.3.2')), '06082a8648ce3d040302');
    assert.equal(hex(encodeObjectId('2.5.29.17')), '0603551d11');
  });
});

describe('encodeBits() and encodeOctets()', () => {
  it('write their bytes, the former after the number of unused bits', () => {
    assert.equal(hex(encodeBits(Buffer.from([0x80]), 7)), '03020780');
    assert.equal(hex(encodeOctets(Buffer.from([1, 2]))), '04020102');
  });
});

describe('encodeTime()', () => {
  it('writes two digits of the year until 2049, and four from 2050 on', () => {
    assert.equal(encodeTime(new Date('2049-12-31T23:59:59.999Z')).toString('latin1', 2), '491231235959Z');
    assert.equal(encodeTime(new Date('2050-01-01T00:00:00Z')).toString('latin1', 2), '20500101000000Z');
  });
});
