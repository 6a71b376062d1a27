import { FLUX_TS_VERSION } from '../../core/flux.ts';
import { formatJson } from '../../core/json.ts';
import { AUDIT_RULES } from './rules/index.ts';
import type { AuditFinding, AuditReport, Severity } from './types.ts';

const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { high: 'error', medium: 'warning', low: 'note' };
/** As GitHub reads them. */
const SCORE: Readonly<Record<Severity, string>> = { high: '8.0', medium: '5.0', low: '2.0' };

/**
 * Writes an audit in SARIF 2.1.0, for code scanning. Objects of a cluster are logical locations; those of files have a place
 * in them too. Waived findings are suppressed results.
 *
 * Effects: none
 * Source: OASIS sarif-v2.1.0-os
 */
export function formatSarif(report: AuditReport): string {
  const ids = [...new Set(report.rows.map(({ id }) => id))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'flux-ts rbac audit',
            semanticVersion: FLUX_TS_VERSION,
            informationUri: 'https://fluxcd.io/flux/security/best-practices/',
            rules: report.rows.map(({ id, title, why }) => {
              const worst = report.findings.find((finding) => finding.id === id)?.severity ?? 'low';
              return {
                id,
                name: nameOf(title),
                shortDescription: { text: title },
                fullDescription: { text: `${title}: ${why}.` },
                help: { text: why },
                defaultConfiguration: { level: LEVEL[worst] },
                properties: { tags: ['security', 'kubernetes', 'flux'], 'security-severity': SCORE[worst] },
              };
            }),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: report.time,
            toolExecutionNotifications: report.rows
              .filter(({ result }) => result === 'not-read' || result === 'manual')
              .map(({ id, title, result, note = '' }) => ({
                associatedRule: { id, index: ids.indexOf(id) },
                level: result === 'manual' ? 'note' : 'warning',
                message: { text: `${title}: ${result === 'manual' ? 'to be checked by hand' : 'not read'}: ${note}` },
              })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => formatResult(finding, ids.indexOf(finding.id))),
      },
    ],
  };
  return `${formatJson(log, 2)}\n`;
}

function formatResult(finding: AuditFinding, ruleIndex: number): object {
  const { id, severity, subject, ref, mend, position, waiver, details } = finding;
  const text = `${subject}: ${finding.finding}. Mend: ${mend}`;
  return {
    ruleId: id,
    ruleIndex,
    kind: 'fail',
    level: LEVEL[severity],
    message: { text: details.length === 0 ? text : `${text}\n${details.join('\n')}` },
    locations: [
      {
        ...(position === undefined
          ? {}
          : { physicalLocation: { artifactLocation: { uri: formatUri(position.file) }, region: { startLine: position.line } } }),
        logicalLocations: [{ name: ref.name, fullyQualifiedName: subject, kind: 'object' }],
      },
    ],
    partialFingerprints: { 'subjectAndFinding/v1': `${id} ${subject} ${finding.finding}` },
    ...(waiver === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: `${waiver.reason} (until ${waiver.until})` }] }),
    properties: { severity },
  };
}

/** A relative path as a URI reference. */
function formatUri(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

/** `NobodyOfFluxIsClusterAdmin`. */
function nameOf(title: string): string {
  return title
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** The ids that waivers can name. */
export const AUDIT_IDS: readonly string[] = AUDIT_RULES.map(({ id }) => id);
