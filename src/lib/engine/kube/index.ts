export type { ReadTextFile } from './build-connection.ts';
export { connect, type ConnectOptions } from './connect.ts';
export type { DiscoveryStore } from './create-discovery.ts';
export type { KubeClock } from './create-requester.ts';
export type { RetryLimits } from './decide-retry.ts';
export type { StatusCause, StatusDetails } from './errors.ts';
export { type AccountTokenOptions, issueAccountToken } from './issue-account-token.ts';
export type {
  Credentials,
  ExecConfig,
  Impersonation,
  IssuedToken,
  KubeConnection,
  KubeFlags,
  ServerTrust,
} from './kubeconfig-types.ts';
export { type KubeconfigNames, listKubeconfigNames, type LoadOptions, loadKubeconfig } from './load-kubeconfig.ts';
export { openDiscoveryStore } from './open-discovery-store.ts';
export { type ForeignKubeconfigOptions, parseForeignKubeconfig } from './parse-foreign-kubeconfig.ts';
export type * from './types.ts';
