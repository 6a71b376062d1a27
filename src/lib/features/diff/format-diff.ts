import { formatSubject } from '../../core/objects.ts';
import type { TextPiece, Tone } from '../../core/styled-text.ts';
import { formatDifference } from './format-difference.ts';
import type { DiffAction, DiffResult, KustomizationDiff, ObjectDiff } from './types.ts';

/**
 * Writes a diff for people: a line per object that would change, below a drifted one where it differs, and a head before what
 * belongs to another Kustomization than the one asked for.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/build/diff.go
 *
 * @returns lines, each ended; empty where nothing would change
 */
export function formatDiff({ kustomizations }: DiffResult): TextPiece[] {
  return kustomizations.flatMap((one, index) => formatKustomization(one, index === 0));
}

function formatKustomization(diff: KustomizationDiff, isFirst: boolean): TextPiece[] {
  const text = diff.objects.flatMap(formatObject);
  if (isFirst || text.length === 0) return text;
  const subject = `Kustomization/${diff.namespace}/${diff.name}`;
  return [{ text: `📁 ${subject} ${diff.state === 'deleted' ? 'deleted resources' : diff.state}\n` }, ...text];
}

/** As upstream: what drifted has its colours in what is below it. */
const TONES: Readonly<Partial<Record<DiffAction, Tone>>> = {
  created: 'good',
  deleted: 'bad',
  recreated: 'mind',
  skipped: 'mind',
};

function formatObject(object: ObjectDiff): TextPiece[] {
  if (object.action === 'unchanged' || object.action === 'failed') return [];
  const note = object.note === undefined ? '' : ` (${object.note})`;
  const tone = TONES[object.action];
  const subject = `► ${formatSubject(object)} ${object.action}${note}`;
  const line = [{ text: subject, ...(tone === undefined ? {} : { tone }) }, { text: '\n' }];
  const { differences = [] } = object;
  return differences.length === 0 ? line : [...line, ...differences.flatMap(formatDifference), { text: '\n' }];
}
