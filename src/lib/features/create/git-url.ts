import { FluxError } from '../../core/errors.ts';

/** The schemes that a GitRepository can have. */
export type GitScheme = 'ssh' | 'http' | 'https';

/**
 * Checks the URL of a Git repository and tells its scheme.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_source_git.go; the sentences are those of Go's net/url
 *
 * @throws {FluxError} create/url-missing, create/bad-url, create/bad-url-scheme
 */
export function checkGitUrl(url: string): GitScheme {
  if (url === '') throw new FluxError('create/url-missing', 'url is required');
  const problem = problemOfUrl(url);
  if (problem !== undefined) {
    throw new FluxError('create/bad-url', `git URL parse failed: parse ${JSON.stringify(url)}: ${problem}`, scpHint(url));
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'ssh' && scheme !== 'http' && scheme !== 'https') {
    throw new FluxError('create/bad-url-scheme', `git URL scheme '${scheme}' not supported, can be: ssh, http and https`);
  }
  return scheme;
}

/** `git@host:path` is how Git itself lets one write an SSH URL; Flux does not. */
function scpHint(url: string): { hint?: string } {
  return /^[\w.-]+@[\w.-]+:/.test(url) ? { hint: `write it as ssh://${url.replace(':', '/')}` } : {};
}

/** What Go's url.Parse would say against a URL; undefined where it would take it. */
export function problemOfUrl(url: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(url)) return 'net/url: invalid control character in URL';
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url);
  if (scheme === null && url.startsWith(':')) return 'missing protocol scheme';
  const rest = (scheme === null ? url : url.slice(scheme[0].length)).split('#')[0] ?? '';
  const path = rest.split('?')[0] ?? '';
  if (!path.startsWith('//')) {
    const segment = path.split('/')[0] ?? '';
    if (scheme === null && segment.includes(':')) return 'first path segment in URL cannot contain colon';
    return undefined;
  }
  const authority = path.slice(2).split('/')[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) return "missing ']' in host";
    return problemOfPort(host.slice(end + 1));
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0) return problemOfPort(host.slice(colon));
  const bad = /[ "<>\\^`{|}]/.exec(host);
  return bad === null ? undefined : `invalid character ${JSON.stringify(bad[0])} in host name`;
}

function problemOfPort(text: string): string | undefined {
  return text === '' || /^:\d*$/.test(text) ? undefined : `invalid port ${JSON.stringify(text)} after host`;
}
