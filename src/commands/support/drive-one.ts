import type { Output } from '../../lib/cli/output.ts';
import type { Context, IdentityOptions } from '../../lib/context.ts';
import { type ErrorCode, FluxError, type SourcePosition } from '../../lib/core/errors.ts';
import { isJsonObject } from '../../lib/core/json.ts';
import { type FluxKind, kindNamed } from '../../lib/core/kinds.ts';
import type { ObjectRef } from '../../lib/core/objects.ts';
import { refIn } from '../../lib/features/objects/index.ts';
import {
  createSourceContents,
  type PruneGuard,
  readKustomization,
  reconcileGitRepository,
  reconcileKustomization,
  type ReconcilePorts,
  type ReportedError,
  type SourceReport,
  withLeases,
} from '../../lib/features/reconcile/index.ts';

/**
 * Reconciles one GitRepository or Kustomization in this process, holding the Leases of the controllers it stands in for.
 *
 * Effects: writes the cluster
 */
export async function driveOne(
  kind: FluxKind,
  target: { namespace: string; name: string },
  context: Context,
  options: { withSource: boolean; pruneGuard?: PruneGuard; waitLeaseMs?: number; identity?: IdentityOptions },
): Promise<Output> {
  const ports = await context.reconcilePorts(options.identity);
  const wait = options.waitLeaseMs === undefined ? {} : { waitLeaseMs: options.waitLeaseMs };
  const contents = createSourceContents(ports);
  const ref = refIn(kind, target.namespace, target.name);
  if (kind.kind === 'GitRepository') {
    const report = await withLeases(
      ['source'],
      ports,
      (held) => reconcileGitRepository(ref, held, { contents, fluxNamespace: context.fluxNamespace }),
      context.fluxNamespace,
      wait,
    );
    return { data: report, ...failureOf(report.error) };
  }
  const standIns = options.withSource ? (['source', 'kustomize'] as const) : (['kustomize'] as const);
  return await withLeases(
    standIns,
    ports,
    async (held) => {
      const source = options.withSource ? await driveSource(ref, held) : undefined;
      if (source?.error !== undefined) return { data: { source }, ...failureOf(source.error) };
      const report = await reconcileKustomization(ref, held, {
        contents,
        ...(options.pruneGuard === undefined ? {} : { pruneGuard: options.pruneGuard }),
      });
      return { data: source === undefined ? report : { ...report, source }, ...failureOf(report.error) };
    },
    context.fluxNamespace,
    wait,
  );

  async function driveSource(kustomization: typeof ref, held: ReconcilePorts): Promise<SourceReport> {
    const object = await held.kube.get(kustomization);
    if (object === undefined) {
      throw new FluxError('objects/not-found', `${kind.kind} ${target.name} not found in ${target.namespace} namespace`, {
        subject: ref,
      });
    }
    const { source } = readKustomization(object);
    if (source.kind !== 'GitRepository') {
      throw new FluxError('reconcile/unsupported', `sources of kind ${source.kind} cannot be driven yet`, {
        subject: ref,
        hint: 'let the controllers reconcile it: leave out --drive',
      });
    }
    const repository = refIn(kindNamed('GitRepository'), source.namespace, source.name);
    return await reconcileGitRepository(repository, held, { contents, fluxNamespace: context.fluxNamespace });
  }
}

/** The failure that a report tells of; the story has told it already. */
export function failureOf(error: ReportedError | undefined): { error?: FluxError; told?: boolean } {
  return error === undefined ? {} : { error: readReportedError(error), told: true };
}

/** Makes an error again out of the form that a result has it in: its mend and its place stay with it. */
function readReportedError({ code, message, hint, subject, source, details, errors }: ReportedError): FluxError {
  return new FluxError(code as ErrorCode, message, {
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(isJsonObject(subject) ? { subject: subject as unknown as ObjectRef } : {}),
    ...(isJsonObject(source) ? { source: source as unknown as SourcePosition } : {}),
    ...(isJsonObject(details) ? { details } : {}),
    ...(Array.isArray(errors) ? { errors: errors.map((single) => readReportedError(single as ReportedError)) } : {}),
  });
}
