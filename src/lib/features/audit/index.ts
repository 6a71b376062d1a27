export { formatMarkdown } from './format-markdown.ts';
export { AUDIT_IDS, formatSarif } from './format-sarif.ts';
export { type AuditClient, readCluster } from './read-cluster.ts';
export { type AuditFile, readFiles } from './read-files.ts';
export { AUDIT_RULES } from './rules/index.ts';
export { type AuditOptions, failureOfAudit, runAudit } from './run-audit.ts';
export type { AuditFinding, AuditReport, AuditRow, AuditRule, Finding, ListName, Severity, Snapshot, Waiver } from './types.ts';
export { auditView } from './view.ts';
export { readWaivers } from './waivers.ts';
