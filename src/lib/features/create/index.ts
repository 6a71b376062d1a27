import type { SshIdentity } from './git-secret.ts';
import type { SshIdentityOptions } from './make-ssh-identity.ts';

export { makeGitRepository, type GitRepositoryOptions } from './git-repository.ts';
export { checkGitCredentials, type GitSecretOptions, makeGitSecret, type SshIdentity } from './git-secret.ts';
export { checkGitUrl, type GitScheme } from './git-url.ts';
export { type KustomizationOptions, makeKustomization, parseSourceReference, type SourceReference } from './kustomization.ts';
export { type GitHubAppOptions, makeGitHubAppSecret } from './github-app-secret.ts';
export { type HelmLogin, makeHelmSecret } from './helm-secret.ts';
export { checkObjectName, type ObjectBase, parseLabels } from './names-and-labels.ts';
export { makeNotationSecret, type NotationFiles } from './notation-secret.ts';
export { makeOciSecret, type RegistryLogin } from './oci-secret.ts';
export { makeProxySecret, type ProxyOptions } from './proxy-secret.ts';
export { readCaFile, readFileFor, readPrivateKeyFile } from './read-files.ts';
export {
  checkReceiverSecret,
  makeReceiverSecret,
  makeReceiverToken,
  type ReceiverSecretOptions,
} from './receiver-secret.ts';
export { makeTlsSecret, type TlsMaterial } from './tls-secret.ts';
export type { SshIdentityOptions } from './make-ssh-identity.ts';

/** Makes an SSH identity for a URL; see make-ssh-identity.ts. What it needs of Git is loaded when it is called. */
export async function makeSshIdentity(url: string, options: SshIdentityOptions): Promise<SshIdentity> {
  return (await import('./make-ssh-identity.ts')).makeSshIdentity(url, options);
}
