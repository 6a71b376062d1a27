import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatLeaseRecord, parseLeaseRecord } from '../../../../../src/lib/engine/lease/lease-record.ts';

it('parseLeaseRecord() reads what formatLeaseRecord() writes', () => {
  const record = {
    holder: 'me',
    durationMs: 35_000,
    acquiredAt: 1_767_225_600_000,
    renewedAt: 1_767_225_601_500,
    transitions: 2,
  };
  const spec = formatLeaseRecord(record);
  assert.equal(spec.renewTime, '2026-01-01T00:00:01.500000Z');
  assert.deepEqual(parseLeaseRecord({ apiVersion: 'v1', kind: 'Lease', metadata: { name: 'x' }, spec }), record);
});

it('parseLeaseRecord() takes what is absent as nobody and never', () => {
  assert.deepEqual(parseLeaseRecord({ apiVersion: 'v1', kind: 'Lease', metadata: { name: 'x' } }), {
    holder: '',
    durationMs: 0,
    acquiredAt: 0,
    renewedAt: 0,
    transitions: 0,
  });
});
