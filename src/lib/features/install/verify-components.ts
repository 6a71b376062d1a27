import { FluxError } from '../../core/errors.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { InstallPorts, ReadyReport } from './ports.ts';
import { waitReady } from './wait-ready.ts';

/** Names the Deployment of a component. */
export function deploymentOf(name: string, namespace: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
}

/**
 * Waits until the Deployments of components run, and tells of each, sorted by name.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 pkg/status/status.go
 * Differs: says why one is not ready; watches instead of asking every five seconds
 *
 * @throws {FluxError} install/not-ready: some are not ready in time
 */
export async function verifyComponents(
  names: readonly string[],
  options: { readonly namespace: string; readonly timeoutMs: number },
  ports: InstallPorts,
): Promise<ReadyReport[]> {
  const refs = names.toSorted().map((name) => deploymentOf(name, options.namespace));
  const reports = await waitReady(refs, ports, { timeoutMs: options.timeoutMs });
  for (const report of reports) tellReady(report, ports);
  const failed = reports.filter(({ status }) => status !== 'ready');
  if (failed.length === 0) return reports;
  throw new FluxError('install/not-ready', `install failed: ${failed.length} of ${reports.length} controllers are not ready`, {
    hint: `Look at them: flux-ts check -n ${options.namespace}; on a cluster without nodes use --wait=false`,
    details: { controllers: failed.map(({ ref, status, message }) => ({ name: ref.name, status, message })) },
  });
}

/** Tells whether one Deployment is ready, in Flux's words. */
export function tellReady({ ref, status, message }: ReadyReport, { progress }: Pick<InstallPorts, 'progress'>): void {
  const text = `${ref.name}: ${ref.kind.toLowerCase()} ${status}`;
  if (status === 'ready') progress.success(text);
  else progress.failure(message === '' ? text : `${text}: ${message}`);
}
