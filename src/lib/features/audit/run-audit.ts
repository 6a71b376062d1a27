import { FluxError } from '../../core/errors.ts';
import { formatSubject } from '../../core/objects.ts';
import { AUDIT_RULES } from './rules/index.ts';
import {
  type AuditFinding,
  type AuditReport,
  type AuditRow,
  type AuditRule,
  SEVERITIES,
  type Severity,
  type Snapshot,
  type Waiver,
} from './types.ts';
import { isWaived } from './waivers.ts';

/** What an audit is told besides what was read. */
export interface AuditOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly server?: string;
  readonly waivers?: readonly Waiver[];
  /** Default: all. */
  readonly rules?: readonly AuditRule[];
}

/**
 * Goes through the check list.
 *
 * Effects: none
 */
export function runAudit(snapshot: Snapshot, { now, server, waivers = [], rules = AUDIT_RULES }: AuditOptions): AuditReport {
  const today = new Date(now).toISOString().slice(0, 10);
  const used = new Set<Waiver>();
  const findings: AuditFinding[] = [];
  const rows = rules.map((rule): AuditRow => {
    const { id, title, why, manual, needs = [] } = rule;
    if (manual !== undefined || rule.find === undefined)
      return { id, title, why, result: 'manual', findings: 0, note: manual ?? '' };
    const missing = needs.flatMap((name) => snapshot.unread.get(name) ?? []);
    if (missing.length > 0) return { id, title, why, result: 'not-read', findings: 0, note: [...new Set(missing)].join('; ') };
    const found = rule.find(snapshot).map((finding): AuditFinding => {
      const subject = formatSubject(finding.subject);
      const waiver = waivers.find((each) => isWaived(each, id, subject, today));
      if (waiver !== undefined) used.add(waiver);
      const position = snapshot.positions.get(subject);
      return {
        id,
        severity: finding.severity,
        title,
        subject,
        ref: finding.subject,
        finding: finding.finding,
        why,
        mend: finding.mend,
        manifests: finding.manifests ?? [],
        details: finding.details ?? [],
        ...(position === undefined ? {} : { position }),
        ...(waiver === undefined ? {} : { waiver }),
      };
    });
    findings.push(...found);
    const open = found.filter(({ waiver }) => waiver === undefined).length;
    const result = found.length === 0 ? 'passed' : open === 0 ? 'waived' : 'failed';
    return { id, title, why, result, findings: found.length };
  });
  const rank = ({ severity }: AuditFinding): number => SEVERITIES.indexOf(severity);
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const count = (severity: Severity): number => open.filter((finding) => finding.severity === severity).length;
  return {
    version: 1,
    from: snapshot.from,
    ...(server === undefined ? {} : { server }),
    time: new Date(now).toISOString(),
    counts: { high: count('high'), medium: count('medium'), low: count('low'), waived: findings.length - open.length },
    findings: findings.toSorted((left, right) => rank(left) - rank(right)),
    rows,
    staleWaivers: waivers
      .filter((waiver) => !used.has(waiver))
      .map((waiver) => ({ ...waiver, problem: waiver.until < today ? 'expired' : 'unused' })),
  };
}

/**
 * Makes the error of an audit that found something bad enough.
 *
 * Effects: none
 *
 * @param failOn the mildest that counts; `none` lets everything pass
 */
export function failureOfAudit({ counts }: AuditReport, failOn: Severity | 'none'): FluxError | undefined {
  if (failOn === 'none') return undefined;
  const counted = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  const total = counted.reduce((sum, severity) => sum + counts[severity], 0);
  if (total === 0) return undefined;
  const parts = counted.filter((severity) => counts[severity] > 0).map((severity) => `${counts[severity]} ${severity}`);
  return new FluxError('audit/findings', `the audit found ${parts.join(', ')}`, {
    hint: 'mend them (-o wide, -o markdown and -o json say how), waive them with --waivers, or choose another --fail-on',
    details: { counts },
  });
}
