import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { formatSubject, type K8sObject, refOf } from '../../core/objects.ts';
import type { Change } from './types.ts';

/**
 * Words a failed dry run as Flux does.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa/errors/errors.go DryRunErr
 */
export function dryRunError(object: K8sObject, cause: unknown): FluxError {
  const subject = formatSubject(refOf(object));
  const text = maskSecret(object, messageOf(cause));
  const init = { ...hintOf(cause), subject: refOf(object), cause };
  if (isFluxError(cause, 'kube/not-found') || isFluxError(cause, 'kube/no-namespace')) {
    const isPlaceless = object.metadata.namespace === undefined || object.metadata.namespace === '';
    // The words of the API server, had it been asked.
    const why = isFluxError(cause, 'kube/no-namespace') ? 'the server could not find the requested resource' : text;
    return isPlaceless
      ? new FluxError('ssa/no-namespace', `${subject} namespace not specified: ${why}`, {
          ...init,
          hint: 'set metadata.namespace, or spec.targetNamespace of the Kustomization',
        })
      : new FluxError('ssa/not-found', `${subject} not found: ${text}`, init);
  }
  const reason = reasonOf(cause);
  return new FluxError('ssa/dry-run-failed', `${subject} dry-run failed${reason === '' ? '' : ` (${reason})`}: ${text}`, init);
}

/** Words the failure of one step on one object: `Kind/ns/name <what> failed: <why>`. */
export function stepError(
  code: 'ssa/query-failed' | 'ssa/apply-failed' | 'ssa/take-over-failed' | 'ssa/recreate-failed' | 'ssa/delete-failed',
  object: K8sObject,
  what: string,
  cause: unknown,
): FluxError {
  return new FluxError(code, `${formatSubject(refOf(object))} ${what}: ${maskSecret(object, messageOf(cause))}`, {
    subject: refOf(object),
    cause,
    ...hintOf(cause),
  });
}

/**
 * Makes one error of those of several objects, with what was done until then in `details.entries`. One failure keeps its
 * own code and words.
 *
 * @param failures at least one, in the order of the objects
 */
export function joinFailures(failures: readonly FluxError[], done: readonly Change[]): FluxError {
  const [first] = failures;
  const message = failures.length > 1 ? `${first?.message} (and ${failures.length - 1} more)` : (first?.message ?? '');
  return new FluxError(first?.code ?? 'ssa/apply-failed', message, {
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
    ...(first?.subject === undefined ? {} : { subject: first.subject }),
    cause: first?.cause,
    details: { ...first?.details, entries: done },
    errors: failures.length > 1 ? failures : (first?.errors ?? []),
  });
}

/** The changes that an error of this part carries: what was done before it happened. */
export function changesOf(error: unknown): readonly Change[] {
  if (!isFluxError(error)) return [];
  const entries = error.details?.['entries'];
  return Array.isArray(entries) ? (entries as readonly Change[]) : [];
}

function hintOf(cause: unknown): { hint?: string } {
  return isFluxError(cause) && cause.hint !== undefined ? { hint: cause.hint } : {};
}

/** The server's reason; a field conflict is told from other conflicts by its causes. */
function reasonOf(cause: unknown): string {
  if (!isFluxError(cause)) return '';
  const causes = cause.details?.['causes'];
  const isFieldConflict =
    Array.isArray(causes) && causes.some((one) => isJsonObject(one) && one['reason'] === 'FieldManagerConflict');
  if (isFieldConflict) return 'FieldManagerConflict';
  const reason = cause.details?.['reason'];
  return typeof reason === 'string' ? reason : '';
}

/** Servers quote what they cannot read; of a Secret that would be the secret. */
function maskSecret(object: K8sObject, text: string): string {
  if (object.kind !== 'Secret') return text;
  let masked = text.replace(/\bValue:(?!\*)[^{}]*\}/g, 'Value:***}');
  const values = [object['data'], object['stringData']].flatMap(scalarsOf).filter((value) => value.length > 3);
  for (const value of values.toSorted((a, b) => b.length - a.length)) masked = masked.replaceAll(value, '***');
  return masked;
}

function scalarsOf(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(scalarsOf);
  if (isJsonObject(value)) return Object.values(value).flatMap(scalarsOf);
  return value === undefined || value === null ? [] : [String(value)];
}
