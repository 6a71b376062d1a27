import { emitYaml } from '../../core/yaml/index.ts';
import { type AuditFinding, type AuditReport, type AuditRow, SEVERITIES } from './types.ts';

const MAX_NAMES = 8;

/**
 * Writes an audit as a document for a review: the sum, a table of findings, each with why and how to mend it, and what was
 * passed, waived and left to people.
 *
 * Effects: none
 */
export function formatMarkdown(report: AuditReport): string {
  const { counts, findings, rows } = report;
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const waived = findings.filter(({ waiver }) => waiver !== undefined);
  const of = (result: AuditRow['result']): readonly AuditRow[] => rows.filter((row) => row.result === result);
  const sections = [
    `# Audit of ${report.server ?? 'manifests'}`,
    `${report.time}: ${SEVERITIES.map((severity) => `**${counts[severity]} ${severity}**`).join(', ')}, ${counts.waived} waived; ${of('passed').length} rows passed, ${of('manual').length} to check by hand, ${of('not-read').length} not read.`,
    ...(open.length === 0
      ? ['Nothing was found.']
      : [
          formatTable(
            ['severity', 'row', 'subject', 'finding'],
            open.map(({ severity, id, subject, finding }) => [severity, id, code(subject), finding]),
          ),
          '## How to mend it\n\nCommands change the cluster at once; the same change belongs into Git, or the next reconciliation undoes it.',
          ...groupById(open).map(formatGroup),
        ]),
    ...(waived.length === 0
      ? []
      : [
          '## Waived',
          formatTable(
            ['row', 'subject', 'finding', 'until', 'reason'],
            waived.map(({ id, subject, finding, waiver }) => [
              id,
              code(subject),
              finding,
              waiver?.until ?? '',
              waiver?.reason ?? '',
            ]),
          ),
        ]),
    ...(report.staleWaivers.length === 0
      ? []
      : [
          '## Waivers to take out',
          formatTable(
            ['row', 'subject', 'until', 'problem'],
            report.staleWaivers.map((each) => [each.id, code(each.subject ?? 'all'), each.until, each.problem]),
          ),
        ]),
    ...(of('not-read').length === 0
      ? []
      : [
          '## Not read',
          formatTable(
            ['row', 'what', 'because'],
            of('not-read').map(({ id, title, note = '' }) => [id, title, note]),
          ),
        ]),
    '## To check by hand',
    formatTable(
      ['row', 'what', 'how'],
      of('manual').map(({ id, title, note = '' }) => [id, title, note]),
    ),
    '## Passed',
    of('passed')
      .map(({ id, title }) => `- ${id} ${title}`)
      .join('\n') || 'None.',
  ];
  return `${sections.join('\n\n')}\n`;
}

function groupById(findings: readonly AuditFinding[]): readonly (readonly AuditFinding[])[] {
  const groups = new Map<string, AuditFinding[]>();
  for (const finding of findings) groups.set(finding.id, [...(groups.get(finding.id) ?? []), finding]);
  return [...groups.values()];
}

/** What several findings have in common is said once. */
function formatGroup(group: readonly AuditFinding[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const byMend = new Map<string, AuditFinding[]>();
  for (const finding of group) byMend.set(finding.mend, [...(byMend.get(finding.mend) ?? []), finding]);
  const items = [...byMend].map(([mend, findings]) => {
    const subjects = [...new Set(findings.map(({ subject }) => code(subject)))].join(', ');
    const details = findings.flatMap(formatDetails);
    const manifests = findings.flatMap((finding) => finding.manifests).map((object) => `---\n${emitYaml(object)}`);
    const yaml = manifests.length === 0 ? [] : [`\n${fence([...new Set(manifests)].join(''), 'yaml')}`];
    return [`- ${subjects}: ${formatMend(mend)}`, ...new Set(details), ...yaml].join('\n');
  });
  return `### ${first.id} ${first.title}\n\n${capitalize(first.why)}.\n\n${items.join('\n')}`;
}

/** What a finding sums up, below what it says. */
function formatDetails({ finding, details }: AuditFinding): string[] {
  if (details.length === 0) return [];
  const [head = ''] = finding.split(': ', 1);
  return [`  - ${head}:`, ...details.map((line) => `    - ${shortenList(line)}`)];
}

/** The whole list is in the JSON. */
function shortenList(line: string): string {
  const [verbs = '', names = ''] = line.split(': ');
  const all = names.split(', ');
  return all.length > MAX_NAMES ? `${verbs}: ${all.slice(0, MAX_NAMES).join(', ')} and ${all.length - MAX_NAMES} others` : line;
}

/** A command is set as one. */
function formatMend(mend: string): string {
  return /^kubectl [^;]*$/.test(mend) ? `\n\n${fence(`${mend}\n`, 'sh')}` : mend;
}

/** A fence longer than any in the text. */
function fence(text: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([found]) => found.length + 1)));
  return `${ticks}${language}\n${text}${ticks}`;
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** What an object is called must not become markup of the review. */
function escapeCell(text: string): string {
  return text
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('<', '&lt;');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
