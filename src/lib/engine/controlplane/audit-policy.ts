import { writeFileSync } from 'node:fs';
import type { Layout } from './layout.ts';

/** Every request, without its body: a Secret is never in the log. Of a watch it is the beginning that counts. */
const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [{ level: 'Metadata' }],
} as const;

/**
 * Writes which requests the API server is to note, where it is to note any.
 *
 * Effects: writes the file
 */
export function writeAuditPolicy(layout: Layout): void {
  writeFileSync(layout.auditPolicy, `${JSON.stringify(POLICY, null, 2)}\n`, { mode: 0o600 });
}
