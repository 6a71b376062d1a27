/** Where the resource manager of one of Azure's clouds is. */
export interface AzureCloud {
  readonly endpoint: string;
  readonly scope: string;
}

/**
 * Chooses the cloud as Flux does, by the authority that the environment names.
 *
 * Effects: none
 * Source: fluxcd/pkg auth/azure/provider.go GetAccessTokenOptionsForCluster; azure-sdk-for-go azcore/cloud
 */
export function clouds(env: Readonly<Record<string, string | undefined>>): AzureCloud {
  const authority = env['AZURE_AUTHORITY_HOST'] ?? '';
  if (authority.includes('chinacloudapi.cn')) return cloudAt('https://management.chinacloudapi.cn');
  if (authority.includes('microsoftonline.us')) return cloudAt('https://management.usgovcloudapi.net');
  return cloudAt('https://management.azure.com');
}

function cloudAt(endpoint: string): AzureCloud {
  return { endpoint, scope: `${endpoint}/.default` };
}
