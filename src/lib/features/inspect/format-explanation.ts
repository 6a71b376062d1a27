import { formatAge } from '../../core/format-age.ts';
import { formatSubject } from '../../core/objects.ts';
import type { CommitFinding } from './explain-commit.ts';
import type { Explanation, Finding } from './explain-object.ts';
import { formatPlace } from './format-place.ts';
import type { TraceLink } from './trace-objects.ts';

/**
 * Writes an explanation for people: how the object is, what is wrong below it, where it is from, and what would mend it.
 *
 * Effects: none
 *
 * @param now milliseconds since the epoch
 * @returns lines, each ended
 */
export function formatExplanation({ object, below, from, commit, mend }: Explanation, now: number): string {
  const since = (time: string | undefined, before: string): string =>
    time === undefined ? '' : `${before}${formatAge(now - Date.parse(time))}`;
  const state = object.ready ? 'is ready' : object.reason === 'Suspended' ? 'is suspended' : 'is not ready';
  const lines = [`${formatSubject(object)} ${state}${since(object.since, ' since ')}: ${oneLine(object.message)}`];
  for (const [depth, finding] of below.entries()) {
    const age = since(finding.since, '   ');
    lines.push(`${'   '.repeat(depth)}└─ ${formatFinding(finding)}${age === '' ? '' : `${age} ago`}`);
  }
  const subjects = from.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`);
  const width = Math.max(0, ...subjects.map((subject) => subject.length));
  for (const [index, link] of from.entries()) {
    lines.push(`   from  ${(subjects[index] ?? '').padEnd(width)}  ${formatLink(link, (time) => since(time, ' since '))}`);
  }
  if (commit !== undefined) lines.push(`         ${formatCommit(commit, (time) => since(time, ''))}`);
  if (from.length === 0 && below.length === 0 && object.ready) lines.push('   nothing of Flux manages it');
  if (mend !== undefined) lines.push(`mend: ${mend}`);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function formatCommit(commit: CommitFinding, age: (time: string) => string): string {
  if ('error' in commit) return `its commit was not read: ${oneLine(commit.error.message)}`;
  const place = commit.place === undefined ? '' : `, ${formatPlace(commit.place)}`;
  return `"${oneLine(commit.subject)}" by ${oneLine(commit.author)}, ${age(commit.time)} ago${place}`;
}

function formatFinding(finding: Finding): string {
  const { reason } = finding;
  const why = reason === undefined || finding.message.startsWith(reason) ? '' : `${reason}: `;
  return `${formatSubject(finding)}   ${why}${oneLine(finding.message)}`;
}

function formatLink(link: TraceLink, since: (time: string | undefined) => string): string {
  const revision = shorten(link.revision ?? '');
  const parts = revision === '' ? [] : [revision];
  if (link.suspended === true) return [...parts, 'suspended'].join('  ');
  if (link.ready === undefined) return [...parts, oneLine(link.message ?? 'not reconciled yet')].join('  ');
  if (link.ready === 'True') return [...parts, `ready${since(link.since)}`].join('  ');
  return [...parts, `not ready${since(link.since)}: ${oneLine(link.message ?? '')}`].join('  ');
}

function shorten(revision: string): string {
  return revision.replaceAll(/\b[0-9a-f]{40,128}\b/g, (digest) => digest.slice(0, 8));
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}
