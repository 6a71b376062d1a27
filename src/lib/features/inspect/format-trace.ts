import type { Trace, TraceLink } from './trace-objects.ts';

/** Where values begin. */
const COLUMN = 17;

/**
 * Writes traces for people.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/trace.go
 *
 * @returns lines, each ended; an empty one before each trace, `---` between parts
 */
export function formatTraces(traces: readonly Trace[]): string {
  return traces.map(formatTrace).join('---\n');
}

function formatTrace({ object, links }: Trace): string {
  const head = [
    line('Object', `${object.kind}/${object.name}`),
    ...(object.namespace === undefined ? [] : [line('Namespace', object.namespace)]),
    line('Status', links.length === 0 ? 'Not managed by Flux' : 'Managed by Flux'),
  ];
  return `\n${head.join('')}${links.map((link) => `---\n${formatLink(link)}`).join('')}`;
}

function formatLink(link: TraceLink): string {
  const known: readonly (readonly [string, string | undefined])[] = [
    [link.kind, link.name],
    ['Namespace', link.namespace],
    ['Target', link.target],
    ['Path', link.path],
    ['URL', link.url],
    ['Tag', link.tag],
    ['Branch', link.branch],
    ['Digest', link.digest],
    ['Chart', link.chart],
    ['Version', link.version],
    ['Revision', link.revision],
    ['Origin Source', link.originSource],
    ['Origin Revision', link.originRevision],
    ['Status', statusOf(link)],
    ['Message', link.message],
  ];
  return known.map(([label, value]) => (value === undefined ? '' : line(label, value))).join('');
}

function statusOf({ ready, since }: TraceLink): string {
  if (ready === undefined) return 'Unknown';
  const what = ready === 'False' ? 'Last reconciliation failed' : 'Last reconciled';
  return since === undefined ? what : `${what} at ${formatTime(since)}`;
}

/** As Go writes a time. */
function formatTime(rfc3339: string): string {
  return rfc3339.replace(/^(\S+)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 +0000 UTC');
}

function line(label: string, value: string): string {
  return `${`${label}:`.padEnd(COLUMN)}${value}\n`;
}
