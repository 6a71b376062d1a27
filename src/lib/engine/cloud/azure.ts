import { FluxError } from '../../core/errors.ts';
import { askCloud } from './ask-cloud.ts';
import { checkGitUrl } from './check-git-url.ts';
import { clouds, type AzureCloud } from './azure-clouds.ts';
import type { Provider } from './create-cloud.ts';
import { CLOUD_PACKAGES, loadPackage } from './load-package.ts';
import { parseAksCluster } from './parse-cluster.ts';
import { readEndpoint } from './read-endpoint.ts';
import { badAccount, readAccount } from './read-account.ts';
import type { CloudPorts, DescribedCluster, GitCredentials, Login } from './types.ts';

/** A credential of `@azure/identity`. */
export interface AzureCredential {
  getToken(scopes: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** What is used of `@azure/identity`. */
interface Identity {
  readonly DefaultAzureCredential: new () => AzureCredential;
  readonly ClientAssertionCredential: new (
    tenant: string,
    client: string,
    getAssertion: () => Promise<string>,
    options?: object,
  ) => AzureCredential;
}

/** What is used of `@azure/arm-containerservice`. */
interface ContainerService {
  readonly ContainerServiceClient: new (
    credential: object,
    subscription: string,
    options: object,
  ) => { readonly managedClusters: ManagedClusters };
}

interface ManagedClusters {
  get(resourceGroup: string, name: string): Promise<{ readonly aadProfile?: object }>;
  listClusterUserCredentials(
    resourceGroup: string,
    name: string,
  ): Promise<{ readonly kubeconfigs?: readonly { readonly value?: Uint8Array }[] }>;
}

/** AKS itself, and Azure DevOps, as Microsoft Entra ID knows them. */
const AKS_SCOPE = '6dae42f8-4368-4678-94ff-3960e28e3630/.default';
const DEVOPS_SCOPE = '499b84ac-1321-427f-aa17-267ca6975798/.default';
const AUDIENCES = ['api://AzureADTokenExchange'];
const TENANT_ANNOTATION = 'azure.workload.identity/tenant-id';
const CLIENT_ANNOTATION = 'azure.workload.identity/client-id';
const HINT = 'see whether `az account show` works here, and what the identity may do';

/**
 * Makes a credential for Azure: that of this machine, or that of the application that an account names.
 *
 * Effects: loads the SDK; reads the account. The credential then reads what the SDK reads, and asks Azure
 * Source: fluxcd/pkg auth/azure/provider.go
 *
 * @throws {FluxError} cloud/package-missing, cloud/gate-disabled, cloud/bad-account
 */
export async function azureCredential(login: Login, ports: CloudPorts): Promise<AzureCredential> {
  const load = (): Promise<Identity> =>
    loadPackage<Identity>(CLOUD_PACKAGES.azureIdentity, 'to log in to Azure', ports.loadPackage);
  if (login.account === undefined) {
    const { DefaultAzureCredential } = await load();
    return new DefaultAzureCredential();
  }
  const { ref, annotations, issueToken } = await readAccount(login.account, ports);
  const idOf = (what: string, key: string): string => {
    const id = annotations.get(key) ?? '';
    if (id !== '') return id;
    throw badAccount(ref, `azure ${what} ID is not set in the service account annotation ${key}`);
  };
  const [tenant, client] = [idOf('tenant', TENANT_ANNOTATION), idOf('client', CLIENT_ANNOTATION)];
  const { ClientAssertionCredential } = await load();
  const host = ports.env['AZURE_AUTHORITY_HOST'] ?? '';
  return new ClientAssertionCredential(
    tenant,
    client,
    () => issueToken(login.audiences ?? AUDIENCES),
    host === '' ? {} : { authorityHost: host },
  );
}

/**
 * Logs in to AKS and to Azure DevOps.
 *
 * Effects: none by itself
 */
export function azureProvider(ports: CloudPorts): Provider {
  const signal = ports.signal === undefined ? {} : { signal: ports.signal };
  const tokenFor = async (scope: string, login: Login): Promise<{ token: string; expiresAtMs: number }> => {
    const credential = await azureCredential(login, ports);
    return await askCloud(
      async () => {
        const answer = await credential.getToken(scope);
        if (answer === null) throw new Error('no token was given');
        return { token: answer.token, expiresAtMs: answer.expiresOnTimestamp };
      },
      { failure: `failed to get a token of Azure for ${nameOf(login)}`, hint: HINT, ...signal },
    );
  };
  return {
    async describe(cluster, login): Promise<DescribedCluster> {
      const { subscription, resourceGroup, name } = parseAksCluster(cluster);
      const credential = await azureCredential(login, ports);
      const { ContainerServiceClient } = await loadPackage<ContainerService>(
        CLOUD_PACKAGES.azureContainerService,
        'to look up a cluster of AKS',
        ports.loadPackage,
      );
      const { endpoint, scope }: AzureCloud = clouds(ports.env);
      return await askCloud(
        async () => {
          const options = { endpoint, credentialScopes: [scope], credentials: { scopes: [scope] } };
          const { managedClusters } = new ContainerServiceClient(credential, subscription, options);
          const { aadProfile } = await managedClusters.get(resourceGroup, name);
          if (aadProfile === undefined) throw noEntra(cluster);
          const { kubeconfigs = [] } = await managedClusters.listClusterUserCredentials(resourceGroup, name);
          const found = kubeconfigs.map(({ value }) => readEndpoint(Buffer.from(value ?? []).toString('utf8')));
          return { endpoints: found.map(({ server }) => server), authority: found[0]?.authority ?? '' };
        },
        { failure: `failed to describe AKS cluster '${cluster}'`, hint: HINT, ...signal },
      );
    },
    issueToken: (_cluster, login) => tokenFor(AKS_SCOPE, login),
    async logInToGit(url, login): Promise<GitCredentials> {
      checkGitUrl('azure', url.href);
      return { kind: 'bearer', token: (await tokenFor(DEVOPS_SCOPE, login)).token };
    },
  };
}

function nameOf({ account }: Login): string {
  return account === undefined ? 'this machine' : `service account '${account.namespace}/${account.name}'`;
}

function noEntra(cluster: string): FluxError {
  return new FluxError('cloud/refused', `AKS cluster ${cluster} does not have Microsoft Entra ID integration enabled`, {
    hint: 'https://learn.microsoft.com/en-us/azure/aks/enable-authentication-microsoft-entra-id',
  });
}
