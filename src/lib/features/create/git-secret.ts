import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { checkGitUrl, type GitScheme } from './git-url.ts';
import { metadataOf } from './names-and-labels.ts';

/** An SSH identity, as a Secret keeps it. */
export interface SshIdentity {
  /** PEM. */
  readonly privateKey: string;
  /** In the form of an authorized_keys line. */
  readonly publicKey: string;
  /** Lines of a known_hosts file. */
  readonly knownHosts: string;
  /** Passphrase of the private key; empty where it has none. */
  readonly passphrase: string;
}

/** What the Secret of a Git repository is made of. Texts that are empty leave their key out. */
export interface GitSecretOptions {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly username: string;
  readonly password: string;
  readonly bearerToken: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly ssh?: SshIdentity;
}

/**
 * Checks that the credentials fit the URL, before anything is read or generated.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_secret_git.go
 *
 * @throws {FluxError} create/url-missing, create/bad-url, create/bad-url-scheme, create/credentials-missing, create/credentials-collide
 */
export function checkGitCredentials(
  url: string,
  options: { username: string; password: string; bearerToken: string },
): GitScheme {
  const scheme = checkGitUrl(url);
  if (scheme === 'ssh') return scheme;
  if ((options.username === '' || options.password === '') && options.bearerToken === '') {
    throw new FluxError(
      'create/credentials-missing',
      'for Git over HTTP/S the username and password, or a bearer token is required',
    );
  }
  if (options.bearerToken !== '' && options.password !== '') {
    throw new FluxError('create/credentials-collide', 'user credentials and bearer token cannot be used together');
  }
  return scheme;
}

/**
 * Makes the Secret that a GitRepository names in `secretRef`.
 *
 * Effects: none
 * Source: fluxcd/flux2 pkg/manifestgen/sourcesecret
 */
export function makeGitSecret(options: GitSecretOptions): K8sObject {
  const data: Record<string, string> = {};
  if (options.bearerToken !== '') data['bearerToken'] = options.bearerToken;
  else if (options.username !== '' && options.password !== '') {
    data['username'] = options.username;
    data['password'] = options.password;
  }
  if (options.caCertificate !== '') data['ca.crt'] = options.caCertificate;
  if (options.ssh !== undefined) {
    data['identity'] = options.ssh.privateKey;
    data['identity.pub'] = options.ssh.publicKey;
    data['known_hosts'] = options.ssh.knownHosts;
    if (options.ssh.passphrase !== '') data['password'] = options.ssh.passphrase;
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(options.name, options.namespace, options.labels),
    stringData: data,
  };
}
