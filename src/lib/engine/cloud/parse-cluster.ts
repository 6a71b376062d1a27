import { FluxError } from '../../core/errors.ts';

const EKS = /^arn:(aws[\w-]*):eks:([^:]{1,100}):[0-9]{1,30}:cluster\/(.{1,200})$/;
const AKS =
  /^\/subscriptions\/([^/]{36})\/resourceGroups\/([^/]{1,200})\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]{1,200})$/i;
const GKE = /^projects\/[^/]{1,200}\/locations\/[^/]{1,200}\/clusters\/[^/]{1,200}$/;

/** A cluster of EKS. */
export interface ClusterIdOfAws {
  readonly partition: string;
  readonly region: string;
  readonly name: string;
}

/** A cluster of AKS. */
export interface ClusterIdOfAzure {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/**
 * Reads the ARN of an EKS cluster.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/aws/options.go
 *
 * @throws {FluxError} cloud/bad-cluster
 */
export function parseEksCluster(cluster: string): ClusterIdOfAws {
  const [, partition, region, name] = EKS.exec(cluster) ?? [];
  if (partition === undefined || region === undefined || name === undefined) {
    throw refused('EKS cluster ARN', cluster, 'arn:aws:eks:REGION:ACCOUNT:cluster/NAME');
  }
  return { partition, region, name };
}

/**
 * Reads the resource id of an AKS cluster.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/azure/options.go
 *
 * @throws {FluxError} cloud/bad-cluster
 */
export function parseAksCluster(cluster: string): ClusterIdOfAzure {
  const [, subscription, resourceGroup, name] = AKS.exec(cluster) ?? [];
  if (subscription === undefined || resourceGroup === undefined || name === undefined) {
    const form = '/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.ContainerService/managedClusters/NAME';
    throw refused('AKS cluster ID', cluster, form);
  }
  return { subscription, resourceGroup, name };
}

/**
 * Reads the name of a GKE cluster. A name that would lead elsewhere in the API is none.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/gcp/options.go
 *
 * @throws {FluxError} cloud/bad-cluster
 */
export function parseGkeCluster(cluster: string): string {
  const isPlain = cluster.split('/').every((word) => /^[A-Za-z0-9][A-Za-z0-9.:_-]*$/.test(word));
  if (!GKE.test(cluster) || !isPlain) throw refused('GKE cluster ID', cluster, 'projects/PROJECT/locations/PLACE/clusters/NAME');
  return cluster;
}

function refused(what: string, cluster: string, form: string): FluxError {
  return new FluxError('cloud/bad-cluster', `invalid ${what}: '${cluster}'. must be like ${form}`, {
    hint: "correct the key 'cluster' of the ConfigMap that spec.kubeConfig.configMapRef names",
  });
}
