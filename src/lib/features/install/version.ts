import { FluxError } from '../../core/errors.ts';
import { APP_LABEL, FLUX_VERSION } from '../../core/flux.ts';
import { imagesOf, splitImage } from './images.ts';
import type { InstallPorts } from './ports.ts';
import { formatDistribution, readClusterInfo } from './read-cluster-info.ts';

/** Versions by name: `flux`, maybe `distribution`, then each controller. */
export type Versions = Record<string, string>;

/** The version of Flux that this program follows; needs no cluster. */
export function clientVersions(): Versions {
  return { flux: FLUX_VERSION };
}

/**
 * Reads the versions of the client and of what runs in the cluster, controllers sorted by name.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/version.go
 *
 * @throws {FluxError} install/no-deployments, install/untagged-image; kube/…
 */
export async function readVersions(
  options: { readonly namespace: string },
  { kube, signal }: Pick<InstallPorts, 'kube' | 'signal'>,
): Promise<Versions> {
  const info = await readClusterInfo(kube, signal);
  const { items } = await kube.list(
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { namespace: options.namespace, labelSelector: `${APP_LABEL.partOf}=flux`, ...(signal === undefined ? {} : { signal }) },
  );
  if (items.length === 0) {
    throw new FluxError('install/no-deployments', `no deployments found in ${options.namespace} namespace`, {
      hint: 'Install Flux with: flux-ts install; or ask the client only: flux-ts version --client',
    });
  }
  const distribution = info === undefined ? '' : formatDistribution(info);
  const images = items.flatMap(imagesOf).map(splitImage);
  images.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...clientVersions(),
    ...(distribution === '' ? {} : { distribution }),
    ...Object.fromEntries(images.map(({ name, tag }) => [name, tag])),
  };
}
