import { formatSubject } from '../../core/objects.ts';
import { formatDifference } from './format-difference.ts';
import type { DiffResult, KustomizationDiff, ObjectDiff } from './types.ts';

/**
 * Writes a diff for people: a line per object that would change, below a drifted one where it differs, and a head before what
 * belongs to another Kustomization than the one asked for.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/build/diff.go
 *
 * @returns lines, each ended; empty where nothing would change
 */
export function formatDiff({ kustomizations }: DiffResult): string {
  return kustomizations.map((one, index) => formatKustomization(one, index === 0)).join('');
}

function formatKustomization(diff: KustomizationDiff, isFirst: boolean): string {
  const text = diff.objects.map(formatObject).join('');
  if (isFirst || text === '') return text;
  const subject = `Kustomization/${diff.namespace}/${diff.name}`;
  return `📁 ${subject} ${diff.state === 'deleted' ? 'deleted resources' : diff.state}\n${text}`;
}

function formatObject(object: ObjectDiff): string {
  if (object.action === 'unchanged' || object.action === 'failed') return '';
  const note = object.note === undefined ? '' : ` (${object.note})`;
  const line = `► ${formatSubject(object)} ${object.action}${note}\n`;
  const { differences = [] } = object;
  return differences.length === 0 ? line : `${line}${differences.map(formatDifference).join('')}\n`;
}
