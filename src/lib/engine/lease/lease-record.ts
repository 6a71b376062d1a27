import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/** Who holds a Lease and since when; times in milliseconds since the epoch. */
export interface LeaseRecord {
  /** Empty where nobody holds it. */
  readonly holder: string;
  readonly durationMs: number;
  readonly acquiredAt: number;
  readonly renewedAt: number;
  readonly transitions: number;
}

/**
 * Reads the record of a Lease object; what is absent counts as nobody and never.
 *
 * Effects: none
 */
export function parseLeaseRecord(lease: K8sObject): LeaseRecord {
  const spec = isJsonObject(lease['spec']) ? lease['spec'] : {};
  const time = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) || 0 : 0);
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  return {
    holder: typeof spec['holderIdentity'] === 'string' ? spec['holderIdentity'] : '',
    durationMs: number(spec['leaseDurationSeconds']) * 1_000,
    acquiredAt: time(spec['acquireTime']),
    renewedAt: time(spec['renewTime']),
    transitions: number(spec['leaseTransitions']),
  };
}

/**
 * Writes a record as the `spec` of a Lease.
 *
 * Effects: none
 */
export function formatLeaseRecord(record: LeaseRecord): {
  holderIdentity: string;
  leaseDurationSeconds: number;
  acquireTime: string;
  renewTime: string;
  leaseTransitions: number;
} {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: Math.max(1, Math.round(record.durationMs / 1_000)),
    acquireTime: formatMicroTime(record.acquiredAt),
    renewTime: formatMicroTime(record.renewedAt),
    leaseTransitions: record.transitions,
  };
}

/** RFC 3339 with six digits after the second, which is what Kubernetes' MicroTime wants. */
function formatMicroTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
