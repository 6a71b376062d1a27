import { readFiles } from '../../../../../src/lib/features/audit/read-files.ts';
import { LIST_NAMES } from '../../../../../src/lib/features/audit/lists.ts';
import type { AuditFinding, Snapshot, Waiver } from '../../../../../src/lib/features/audit/types.ts';
import { runAudit } from '../../../../../src/lib/features/audit/run-audit.ts';

/** 28 November 2026. */
export const NOW: number = Date.UTC(2026, 10, 28, 12);

/** A cluster that has just these objects. */
export function clusterOf(yaml: string): Snapshot {
  const files = readFiles([{ path: 'cluster.yaml', text: yaml }], 'flux-system');
  const lists = new Map(LIST_NAMES.map((name) => [name, files.lists.get(name) ?? []]));
  return { ...files, from: 'cluster', lists, unread: new Map(), positions: new Map() };
}

/** What an audit finds under one id, a line each. */
export function findingsOf(yaml: string, id: string, waivers: readonly Waiver[] = []): string[] {
  return runAudit(clusterOf(yaml), { now: NOW, waivers })
    .findings.filter((finding) => finding.id === id)
    .map(format);
}

/** A finding as one line. */
export function format({ severity, subject, finding }: AuditFinding): string {
  return `${severity} ${subject}: ${finding}`;
}

/** A ClusterRole and a binding of it to an account of flux-system. */
export function bound(account: string, rules: string, name = 'wide'): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ${name}}
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ${name}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${name}}
subjects: [{kind: ServiceAccount, name: ${account}, namespace: flux-system}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ${account}, namespace: flux-system}
---
`;
}
