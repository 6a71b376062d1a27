import type { Output } from '../../lib/cli/output.ts';
import type { Context, IdentityOptions } from '../../lib/context.ts';
import { type ErrorCode, FluxError, type SourcePosition } from '../../lib/core/errors.ts';
import { isJsonObject } from '../../lib/core/json.ts';
import { type FluxKind, kindNamed } from '../../lib/core/kinds.ts';
import type { ObjectRef } from '../../lib/core/objects.ts';
import { refIn, type Triggered, triggerReconcile } from '../../lib/features/objects/index.ts';
import {
  createSourceContents,
  type Kustomization,
  type PruneGuard,
  readKustomization,
  reconcileGitRepository,
  reconcileKustomization,
  type ReconcilePorts,
  type ReportedError,
  type SourceReport,
  withLeases,
} from '../../lib/features/reconcile/index.ts';

type SourceRef = Kustomization['source'];

/**
 * Reconciles one GitRepository or Kustomization in this process, holding the Leases of the controllers it stands in for. A
 * source of another kind is source-controller's to reconcile: it is asked to, and its Lease is left to it.
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
  context.progress.section?.(`Reconciliation of ${kind.kind} ${target.namespace}/${target.name}`);
  const wait = options.waitLeaseMs === undefined ? {} : { waitLeaseMs: options.waitLeaseMs };
  const ref = refIn(kind, target.namespace, target.name);
  if (kind.kind === 'GitRepository') {
    const contents = createSourceContents(ports, undefined, { holdsSourceLease: true });
    const report = await withLeases(
      ['source'],
      ports,
      (held) => reconcileGitRepository(ref, held, { contents, fluxNamespace: context.fluxNamespace }),
      context.fluxNamespace,
      wait,
    );
    return { data: report, ...failureOf(report.error) };
  }
  const source = options.withSource ? await sourceOf() : undefined;
  const drivesSource = source?.kind === 'GitRepository';
  // source-controller keeps its Lease and is at work, so that it can be asked.
  const triggered = source === undefined || drivesSource ? undefined : await triggerSource(source);
  const contents = createSourceContents(ports, undefined, { holdsSourceLease: drivesSource });
  const standIns = drivesSource ? (['source', 'kustomize'] as const) : (['kustomize'] as const);
  return await withLeases(
    standIns,
    ports,
    async (held) => {
      const driven = drivesSource ? await driveSource(source, held) : undefined;
      if (driven?.error !== undefined) return { data: { source: driven }, ...failureOf(driven.error) };
      const report = await reconcileKustomization(ref, held, {
        contents,
        ...(options.pruneGuard === undefined ? {} : { pruneGuard: options.pruneGuard }),
      });
      const first = driven ?? triggered;
      return { data: first === undefined ? report : { ...report, source: first }, ...failureOf(report.error) };
    },
    context.fluxNamespace,
    wait,
  );

  async function sourceOf(): Promise<SourceRef> {
    const object = await ports.kube.get(ref);
    if (object !== undefined) return readKustomization(object).source;
    throw new FluxError('objects/not-found', `${kind.kind} ${target.name} not found in ${target.namespace} namespace`, {
      subject: ref,
    });
  }

  async function driveSource(source: SourceRef, held: ReconcilePorts): Promise<SourceReport> {
    const repository = refIn(kindNamed('GitRepository'), source.namespace, source.name);
    return await reconcileGitRepository(repository, held, { contents, fluxNamespace: context.fluxNamespace });
  }

  async function triggerSource(source: SourceRef): Promise<Triggered> {
    if (!kindNamed(source.kind).verbs.includes('reconcile')) {
      throw new FluxError('objects/no-source', `cannot reconcile source of kind ${source.kind}`, {
        subject: ref,
        hint: 'whoever makes it has to; without --with-source it is taken as it is',
      });
    }
    return await triggerReconcile(kindNamed(source.kind), source, ports.kube, {
      progress: context.progress,
      signal: context.signal,
      now: () => context.host.now(),
      fluxNamespace: context.fluxNamespace,
    });
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
