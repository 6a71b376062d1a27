import type { AzureCredential } from './azure.ts';
import { canonicalAddress, chooseServer } from './choose-server.ts';
import { FluxError } from '../../core/errors.ts';
import type { GoogleClient } from './gcp.ts';
import { gateDisabled } from './read-account.ts';
import type {
  AwsCredentials,
  CloudName,
  CloudPorts,
  ClusterLogin,
  ClusterRequest,
  ClusterToken,
  DescribedCluster,
  GitCredentials,
  Login,
  RegistryCredentials,
} from './types.ts';

/** What each cloud can do. */
export interface Provider {
  /** Asks the cloud for a cluster. */
  describe(cluster: string, login: Login): Promise<DescribedCluster>;
  /** Makes a token that the cluster takes. */
  issueToken(cluster: string, login: Login): Promise<ClusterToken>;
  /** Makes what its Git server takes. */
  logInToGit(url: URL, login: Login): Promise<GitCredentials>;
}

/** The clouds, under the identity of this machine or of an account of the cluster. */
export interface Cloud {
  /** Finds a cluster, and how to log in to it. */
  logInToCluster(cloud: CloudName, request: ClusterRequest): Promise<ClusterLogin>;
  /** Logs in to the cloud's own Git server. */
  logInToGit(cloud: CloudName, url: string, login: Login): Promise<GitCredentials>;
  /** Logs in to the cloud's own registry: ECR, ACR, Artifact Registry. */
  logInToRegistry(cloud: CloudName, host: string, login: Login): Promise<RegistryCredentials>;
  /** Credentials for the SDK of AWS. */
  awsCredentials(region: string, login: Login): Promise<AwsCredentials>;
  /** A credential for the SDKs of Azure. */
  azureCredential(login: Login): Promise<AzureCredential>;
  /** A client for the SDKs of Google Cloud. */
  gcpClient(login: Login): Promise<GoogleClient>;
}

/**
 * Makes the door to the clouds. Their SDKs are loaded when one is asked for.
 *
 * Effects: none by itself
 * Source: fluxcd/pkg auth
 */
export function createCloud(ports: CloudPorts): Cloud {
  return {
    async logInToCluster(cloud, request) {
      const provider = await openProvider(cloud, ports);
      const { cluster, address, authority, account } = request;
      const mustAsk = account === undefined || address === '' || authority === '';
      const found = mustAsk ? await provider.describe(cluster, request) : undefined;
      // The identity of this machine goes to no address that only a ConfigMap knows of.
      const mustFit = account === undefined || address === '' || cloud === 'azure';
      return {
        server: found !== undefined && mustFit ? chooseServer(address, found.endpoints, cluster) : canonicalAddress(address),
        authority: authority === '' ? (found?.authority ?? '') : authority,
        issueToken: () => provider.issueToken(cluster, request),
      };
    },
    async logInToGit(cloud, url, login) {
      if (login.account !== undefined && ports.accounts === undefined) throw gateDisabled();
      if (!URL.canParse(url)) throw new FluxError('cloud/bad-git-url', 'the URL of the repository cannot be read');
      return await (await openProvider(cloud, ports)).logInToGit(new URL(url), login);
    },
    logInToRegistry: async (cloud, host, login) =>
      (await import('./log-in-to-registry.ts')).logInToRegistry(cloud, host, login, ports),
    awsCredentials: async (region, login) => (await import('./aws.ts')).awsCredentials(region, login, ports),
    azureCredential: async (login) => (await import('./azure.ts')).azureCredential(login, ports),
    gcpClient: async (login) => (await import('./gcp.ts')).gcpClient(login, ports),
  };
}

async function openProvider(cloud: CloudName, ports: CloudPorts): Promise<Provider> {
  switch (cloud) {
    case 'aws':
      return (await import('./aws.ts')).awsProvider(ports);
    case 'azure':
      return (await import('./azure.ts')).azureProvider(ports);
    case 'gcp':
      return (await import('./gcp.ts')).gcpProvider(ports);
  }
}
