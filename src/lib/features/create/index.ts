import type { SshIdentity } from './git-secret.ts';
import type { SshIdentityOptions } from './make-ssh-identity.ts';

export { type AlertOptions, makeAlert } from './alert.ts';
export { type BucketOptions, makeBucket, makeBucketSecret } from './bucket.ts';
export { makeGitRepository, type GitRepositoryOptions } from './git-repository.ts';
export { checkGitCredentials, type GitSecretOptions, makeGitSecret, type SshIdentity } from './git-secret.ts';
export { checkGitUrl, type GitScheme } from './git-url.ts';
export { type KustomizationOptions, makeKustomization, parseSourceReference, type SourceReference } from './kustomization.ts';
export { type GitHubAppOptions, makeGitHubAppSecret } from './github-app-secret.ts';
export { type HelmChartOptions, makeHelmChart } from './helm-chart.ts';
export { type HelmReleaseOptions, makeHelmRelease } from './helm-release.ts';
export { type HelmRepositoryOptions, makeHelmRepository } from './helm-repository.ts';
export { type HelmLogin, makeHelmSecret } from './helm-secret.ts';
export { readHelmValues } from './helm-values.ts';
export { type ImagePolicyOptions, makeImagePolicy } from './image-policy.ts';
export { type ImageRepositoryOptions, makeImageRepository } from './image-repository.ts';
export { type ImageUpdateOptions, makeImageUpdate } from './image-update.ts';
export { checkObjectName, type ObjectBase, parseLabels } from './names-and-labels.ts';
export { makeNotationSecret, type NotationFiles } from './notation-secret.ts';
export { parseChartSource, type TypedReference } from './object-reference.ts';
export { makeOciRepository, type OciRepositoryOptions } from './oci-repository.ts';
export { makeOciSecret, type RegistryLogin } from './oci-secret.ts';
export { makeProvider, PROVIDER_TYPES, type ProviderOptions } from './provider.ts';
export { makeProxySecret, type ProxyOptions } from './proxy-secret.ts';
export { readCaFile, readFileFor, readPrivateKeyFile } from './read-files.ts';
export { makeReceiver, type ReceiverOptions } from './receiver.ts';
export {
  checkReceiverSecret,
  makeReceiverSecret,
  makeReceiverToken,
  type ReceiverSecretOptions,
} from './receiver-secret.ts';
export { makeTlsSecret, type TlsMaterial } from './tls-secret.ts';
export type { SshIdentityOptions } from './make-ssh-identity.ts';
export type { VerificationOptions } from './verification.ts';

/** Makes an SSH identity for a URL; see make-ssh-identity.ts. What it needs of Git is loaded when it is called. */
export async function makeSshIdentity(url: string, options: SshIdentityOptions): Promise<SshIdentity> {
  return (await import('./make-ssh-identity.ts')).makeSshIdentity(url, options);
}
