import { FluxError } from '../../core/errors.ts';
import type { InstallPorts } from './ports.ts';
import { type ClusterInfo, isManagedByFlux } from './read-cluster-info.ts';

/**
 * Asks before an installation that another tool made is taken over.
 *
 * Effects: asks
 * Source: fluxcd/flux2 cmd/flux/cluster_info.go confirmFluxInstallOverride
 *
 * @param job what is cancelled: `installation`, `bootstrap`
 * @throws {FluxError} install/cancelled: the answer is no, or nobody can be asked
 */
export async function confirmOverride(
  info: ClusterInfo | undefined,
  ports: Pick<InstallPorts, 'progress' | 'confirm'>,
  job: string,
): Promise<void> {
  if (info === undefined || isManagedByFlux(info)) return;
  ports.progress.warning(`Flux ${info.version} has been installed on this cluster with ${info.managedBy}!`);
  const question = `Are you sure you want to override the ${info.managedBy} installation?`;
  if ((await ports.confirm?.(question)) === true) return;
  throw new FluxError('install/cancelled', `${job} cancelled`, {
    hint: `Remove the installation with ${info.managedBy}, or take it over with --force`,
  });
}
