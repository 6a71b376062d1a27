export type { AzureCredential } from './azure.ts';
export { checkGitUrl } from './check-git-url.ts';
export { createCloud } from './create-cloud.ts';
export type { Cloud } from './create-cloud.ts';
export type { GoogleClient } from './gcp.ts';
export { importPackage, loadPackage } from './load-package.ts';
export { IDENTITY_GATE } from './read-account.ts';
export { CLOUD_NAMES } from './types.ts';
export type {
  AccountPort,
  AccountRef,
  AwsCredentials,
  CloudName,
  CloudPorts,
  ClusterLogin,
  ClusterRequest,
  ClusterToken,
  GitCredentials,
  Login,
  PackagePort,
  RegistryCredentials,
} from './types.ts';
