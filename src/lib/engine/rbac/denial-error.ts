import { FluxError } from '../../core/errors.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import type { AccessReport, DenialRow, DeniedAccess, NeededAccess } from './types.ts';

/** How many denials one sentence has room for; a condition and an event are read in one line. */
const MAX_IN_SENTENCE = 5;

/** What there is to say about denials besides them. */
export interface DenialContext {
  /** Who was refused. */
  readonly user: string;
  /** How many objects there are to apply. */
  readonly objects: number;
  /** How many there are to prune. Default: 0. */
  readonly stale?: number;
  readonly hint?: string;
  /** Roles that would grant what is missing. */
  readonly missingRoles?: readonly K8sObject[];
}

/**
 * Makes the one error of all denials. Its message is one text, cut after a few; all of them are in `details.denied`, and what
 * comes before the colon is in `details.summary`.
 *
 * @param report has at least one denial
 */
export function denialError(report: AccessReport, context: DenialContext): FluxError {
  const { user, hint, missingRoles } = context;
  const summary = `refused before anything was written: ${countDenied(listDenials(report.denied), context)}`;
  const lines = joinDenials(report.denied);
  const more = lines.length - MAX_IN_SENTENCE;
  const shown = more > 1 ? [...lines.slice(0, MAX_IN_SENTENCE), `and ${more} more`] : lines;
  const [first] = report.denied;
  return new FluxError('rbac/denied', `${summary}: ${shown.join('; ')}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(first === undefined ? {} : { subject: first.request.subject }),
    details: {
      user,
      summary,
      denied: report.denied.map(({ request: { subject, orElse: _orElse, ...request }, reason }) => ({
        ...request,
        subject,
        ...(reason === '' ? {} : { reason }),
      })),
      ...(missingRoles === undefined ? {} : { missingRoles }),
    },
  });
}

/**
 * Counts the objects that lack something: `2 of 9 objects need rights that dev-team lacks`.
 *
 * Effects: none
 */
export function countDenied(
  denied: readonly { readonly subject: ObjectRef }[],
  { user, objects, stale = 0 }: Pick<DenialContext, 'user' | 'objects' | 'stale'>,
): string {
  const subjects = new Set(denied.map(({ subject }) => formatSubject(subject)));
  const parts = stale === 0 ? '' : ` (${objects} to apply, ${stale} to prune)`;
  return `${subjects.size} of ${objects + stale} objects${parts} need rights that ${user} lacks`;
}

/**
 * Joins denials, one row per object and place, in their order.
 *
 * Effects: none
 */
export function listDenials(denied: readonly DeniedAccess[]): DenialRow[] {
  const rows = new Map<string, { verbs: string[]; why: NeededAccess['why'][] } & DenialRow>();
  for (const { request } of denied) {
    const { verb, group, namespace, path, subject, why } = request;
    const resource = path ?? (group === '' ? request.resource : `${request.resource}.${group}`);
    const place = namespaceOf(request, namespace);
    const key = JSON.stringify([resource, place, formatSubject(subject)]);
    const row = rows.get(key) ?? { verbs: [], resource, ...(place === undefined ? {} : { namespace: place }), subject, why: [] };
    if (!row.verbs.includes(verb)) row.verbs.push(verb);
    if (!row.why.includes(why)) row.why.push(why);
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** A Namespace is cluster-scoped to people, whatever the API server takes a request for it for. */
function namespaceOf({ group, resource }: NeededAccess, namespace: string | undefined): string | undefined {
  return group === '' && resource === 'namespaces' ? undefined : namespace;
}

/**
 * Words denials, one per object and place: `create, patch configmaps in kube-system (ConfigMap/kube-system/leak)`.
 *
 * Effects: none
 */
export function joinDenials(denied: readonly DeniedAccess[]): string[] {
  return listDenials(denied).map(
    ({ verbs, resource, namespace, subject }) =>
      `${verbs.join(', ')} ${resource} ${formatPlace(namespace)} (${formatSubject(subject)})`,
  );
}

/**
 * Lays denials out in columns: verbs, resource, place, object.
 *
 * Effects: none
 */
export function formatDenials(denied: readonly DeniedAccess[]): string[] {
  const lines = listDenials(denied).map(({ verbs, resource, namespace, subject }) => [
    verbs.join(', '),
    resource,
    formatPlace(namespace),
    `${subject.kind}/${subject.name}`,
  ]);
  const width = (column: number): number => Math.max(...lines.map((cells) => cells[column]?.length ?? 0));
  return lines.map((cells) => cells.map((cell, column) => (column === 3 ? cell : cell.padEnd(width(column)))).join('  '));
}

function formatPlace(namespace: string | undefined): string {
  return namespace === undefined ? '(cluster)' : `in ${namespace}`;
}
