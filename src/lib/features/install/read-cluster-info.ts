import { APP_LABEL, GROUP, KUSTOMIZE } from '../../core/flux.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { KubeClient } from '../../engine/kube/index.ts';

/** What a cluster tells of the Flux in it. */
export interface ClusterInfo {
  /** Version by its label; empty where it has none. */
  readonly version: string;
  /** The tool that installed it; empty or `flux` for Flux's own. */
  readonly managedBy: string;
  /** `flux`, or the name of a distribution; may be empty. */
  readonly partOf: string;
  /** True where a Kustomization looks after it. */
  readonly bootstrapped: boolean;
}

const MARKER: ObjectRef = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  name: `gitrepositories.${GROUP.source}`,
};

/**
 * Reads what Flux there is, from the labels of GitRepository's definition.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/cluster_info.go
 *
 * @returns undefined where Flux is not installed
 */
export async function readClusterInfo(kube: Pick<KubeClient, 'get'>, signal?: AbortSignal): Promise<ClusterInfo | undefined> {
  const found = await kube.get(MARKER, { metadataOnly: true, ...(signal === undefined ? {} : { signal }) });
  if (found === undefined) return undefined;
  const labels = found.metadata.labels ?? {};
  return {
    version: labels[APP_LABEL.version] ?? '',
    managedBy: labels[APP_LABEL.managedBy] ?? '',
    partOf: labels[APP_LABEL.partOf] ?? '',
    bootstrapped: labels[KUSTOMIZE.namespaceLabel] !== undefined,
  };
}

/** True where Flux's own CLI, or one that stands in for it, manages the installation. */
export function isManagedByFlux(info: ClusterInfo | undefined): boolean {
  return info === undefined || info.managedBy === '' || info.managedBy === 'flux';
}

/**
 * Names an installation as `check` and `version` do.
 *
 * @example formatDistribution({ partOf: 'flux', version: 'v2.9.4', … }) // 'flux-v2.9.4'
 */
export function formatDistribution(info: ClusterInfo): string {
  return info.partOf === '' ? info.version : `${info.partOf}-${info.version}`;
}
