import { FluxError } from '../../core/errors.ts';
import { checkGitUrl } from '../../engine/cloud/index.ts';
import { type BootstrapOptions, cloudOf, usesToken } from './options.ts';

/** How the cluster will reach the repository. */
export interface SourcePlan {
  /** `spec.url` of the GitRepository; never with a password. */
  readonly url: string;
  readonly login: 'ssh' | 'basic' | 'bearer' | 'app' | 'cloud';
  /** `spec.provider` of the GitRepository; absent is `generic`. */
  readonly provider?: 'aws' | 'azure' | 'github';
  /** Where the ssh server is; absent for other logins. */
  readonly ssh?: { readonly host: string; readonly port: number };
}

/**
 * Decides how the cluster will reach the repository: by its identity in a cloud, over https with a token or as an app, else over
 * ssh with a key, whatever way we go.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/bootstrap_git.go
 * Differs: a password in the URL never gets into the manifest
 *
 * @throws {FluxError} bootstrap/bad-url, bootstrap/insecure-http, bootstrap/codecommit, cloud/bad-git-url
 */
export function planSource(options: BootstrapOptions): SourcePlan {
  const url = parseUrl(options.url);
  checkScheme(url.scheme, options);
  checkCodeCommit(url, options);
  const cloud = cloudOf(options);
  if (cloud !== '') {
    checkGitUrl(cloud, options.url);
    return { url: `https://${url.hostAndPort}${url.path}`, login: 'cloud', provider: cloud };
  }
  if (usesToken(options)) {
    // A port of ssh says nothing about that of https.
    const host = url.scheme === 'ssh' ? url.host : url.hostAndPort;
    const scheme = options.allowInsecureHttp && url.scheme === 'http' ? 'http' : 'https';
    const place = `${scheme}://${host}${url.path}`;
    if (options.appSecret !== undefined) return { url: place, login: 'app', provider: 'github' };
    return { url: place, login: options.withBearerToken ? 'bearer' : 'basic' };
  }
  const over = options.sshUrl === undefined ? url : parseUrl(options.sshUrl);
  const user = over.user === '' || options.username !== 'git' ? options.username : over.user;
  const address = options.sshHostname === '' ? over.hostAndPort : options.sshHostname;
  const { host, port } = splitAddress(address);
  return { url: `ssh://${user}@${address}${over.path}`, login: 'ssh', ssh: { host, port } };
}

interface ParsedUrl {
  readonly scheme: string;
  /** As written, percent signs and all. */
  readonly user: string;
  readonly host: string;
  readonly hostAndPort: string;
  readonly path: string;
}

function parseUrl(text: string): ParsedUrl {
  const found = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#@:]*)(?::[^/?#]*)?@)?([^/?#@]+)(\/[^?#]*)$/i.exec(text);
  const [, scheme = '', user = '', hostAndPort = '', path = ''] = found ?? [];
  if (found === null || path === '/') {
    const isShort = /^[^/]+@[^/]+:/.test(text) && !text.includes('://');
    throw new FluxError('bootstrap/bad-url', text === '' ? 'url is required' : 'the URL of the repository cannot be read', {
      hint: isShort
        ? `Write git@host:path as ssh://git@host/path`
        : 'Give it as --url=ssh://git@host/owner/name or --url=https://host/owner/name',
    });
  }
  return { scheme: scheme.toLowerCase(), user, host: splitAddress(hostAndPort).host, hostAndPort, path };
}

const SSH_PORT = 22;

function splitAddress(address: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new FluxError('bootstrap/bad-url', `the host ${JSON.stringify(address)} cannot be read`);
  return { host, port: port === undefined ? SSH_PORT : Number(port) };
}

function checkScheme(scheme: string, { allowInsecureHttp }: BootstrapOptions): void {
  if (scheme === 'https' || scheme === 'ssh') return;
  if (scheme !== 'http') throw new FluxError('bootstrap/bad-url', `scheme ${JSON.stringify(scheme)} is not supported`);
  if (allowInsecureHttp) return;
  throw new FluxError('bootstrap/insecure-http', 'scheme http is insecure, pass --allow-insecure-http=true to allow it', {
    hint: 'Use https, or say --allow-insecure-http where nobody can listen',
  });
}

function checkCodeCommit({ scheme, host, user }: ParsedUrl, options: BootstrapOptions): void {
  if (!host.includes('git-codecommit') || !host.includes('amazonaws.com')) return;
  const refuse = (message: string): FluxError => new FluxError('bootstrap/codecommit', message);
  if (scheme !== 'ssh') return;
  if (user === '') throw refuse('invalid AWS CodeCommit url: ssh username should be specified in the url');
  if (user === 'git') {
    throw refuse('invalid AWS CodeCommit url: ssh username should be the SSH key ID for the provided private key');
  }
  if (options.privateKey === '') {
    throw refuse('private key file is required for bootstrapping against AWS CodeCommit using ssh');
  }
}
