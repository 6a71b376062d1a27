import { FluxError } from '../../core/errors.ts';
import { formatSubject } from '../../core/objects.ts';
import type { AccessReport, DeniedAccess } from './types.ts';

/**
 * Makes the one error of all denials.
 *
 * @param report has at least one denial
 * @param user who was refused
 * @param objectCount how many objects there are
 */
export function denialError(report: AccessReport, user: string, objectCount: number, hint?: string): FluxError {
  const subjects = new Set(report.denied.map(({ request }) => formatSubject(request.subject)));
  const lines = joinDenials(report.denied);
  const [first] = report.denied;
  return new FluxError(
    'rbac/denied',
    `refused before anything was written: ${subjects.size} of ${objectCount} objects need rights that ${user} lacks: ${lines.join('; ')}`,
    {
      ...(hint === undefined ? {} : { hint }),
      ...(first === undefined ? {} : { subject: first.request.subject }),
      details: {
        user,
        denied: report.denied.map(({ request: { subject, orElse: _orElse, ...request }, reason }) => ({
          ...request,
          subject,
          ...(reason === '' ? {} : { reason }),
        })),
      },
    },
  );
}

/**
 * Words denials, one line per object and place: `create, patch configmaps in kube-system (ConfigMap/kube-system/leak)`.
 *
 * Effects: none
 */
export function joinDenials(denied: readonly DeniedAccess[]): string[] {
  const byTarget = new Map<string, { verbs: string[]; text: string }>();
  for (const { request } of denied) {
    const { verb, group, resource, namespace, path } = request;
    const what = path ?? (group === '' ? resource : `${resource}.${group}`);
    const where = namespace === undefined ? '(cluster)' : `in ${namespace}`;
    const text = `${what} ${where} (${formatSubject(request.subject)})`;
    const target = byTarget.get(text) ?? { verbs: [], text };
    if (!target.verbs.includes(verb)) target.verbs.push(verb);
    byTarget.set(text, target);
  }
  return [...byTarget.values()].map(({ verbs, text }) => `${verbs.join(', ')} ${text}`);
}
