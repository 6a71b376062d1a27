export { makeGitRepository, type GitRepositoryOptions } from './git-repository.ts';
export { checkGitCredentials, type GitSecretOptions, makeGitSecret, type SshIdentity } from './git-secret.ts';
export { checkGitUrl, type GitScheme } from './git-url.ts';
export { type KustomizationOptions, makeKustomization, parseSourceReference, type SourceReference } from './kustomization.ts';
export { checkObjectName, parseLabels } from './names-and-labels.ts';
export { readCaFile, readPrivateKeyFile } from './read-files.ts';
export { makeSshIdentity, type SshIdentityOptions } from './make-ssh-identity.ts';
