import { FluxError } from '../../core/errors.ts';

/** A remote's URL, taken apart. */
export interface RemoteUrl {
  readonly scheme: 'http' | 'https' | 'ssh';
  readonly host: string;
  readonly port: number;
  /** Decoded user of the URL; empty if none. */
  readonly username: string;
  /** Decoded password of the URL; empty if none. */
  readonly password: string;
  /** Path as the server gets it. */
  readonly path: string;
  /** The URL without user information, for messages. */
  readonly display: string;
}

const PORT = { http: 80, https: 443, ssh: 22 } as const;

/**
 * Reads the URL of a remote.
 *
 * The short form of ssh (`git@host:path`) is refused, as by the GitRepository API.
 *
 * Effects: none
 * Source: fluxcd/source-controller api/v1/gitrepository_types.go; the text on schemes is that of fluxcd/flux2 cmd/flux/create_source_git.go
 *
 * @throws {FluxError} git/invalid-url: not a URL, another scheme, no host, or no path
 */
export function parseRemoteUrl(text: string): RemoteUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'ssh') {
    throw new FluxError('git/invalid-url', `git URL scheme '${scheme}' not supported, can be: ssh, http and https`, {
      hint: /^[^/]+@[^/]+:/.test(text)
        ? 'Write git@host:path as ssh://git@host/path'
        : 'Write the whole URL, such as https://host/owner/name',
      terminal: true,
    });
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || url.pathname === '' || url.pathname === '/') {
    throw new FluxError('git/invalid-url', 'git URL must have a host and the path of a repository', {
      hint: 'Write the whole URL, such as https://host/owner/name',
      terminal: true,
    });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    scheme,
    host,
    port: url.port === '' ? PORT[scheme] : Number(url.port),
    username: decode(url.username),
    password: decode(url.password),
    path: scheme === 'ssh' ? decode(url.pathname) : url.pathname + url.search,
    display: `${scheme}://${url.host}${url.pathname}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray "%" is taken as written, as Go's URL parser would have refused it and browsers keep it.
    return text;
  }
}
