import { FluxError } from '../../core/errors.ts';

/** A server's address, parted from the credentials that may have been in it. */
export interface ParsedServer {
  readonly server: string;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Reads the `server` of a cluster entry. Without a scheme it is https where certificates are in play, and http otherwise.
 *
 * Effects: none
 * Source: client-go rest/url_utils.go DefaultServerURL
 *
 * @param secure true where an authority, a client certificate or the insecure flag is set
 * @throws {FluxError} kube/invalid-kubeconfig: not an http or https address
 * @example parseServer('10.0.0.1:6443/', true).server // 'https://10.0.0.1:6443'
 */
export function parseServer(text: string, secure: boolean): ParsedServer {
  const full = text.includes('://') ? text : `${secure ? 'https' : 'http'}://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    const shown = full.replace(/\/\/[^/@]*@/, '//***@');
    throw new FluxError('kube/invalid-kubeconfig', `server "${shown}" is not an http or https address`, {
      hint: 'write it as https://HOST:PORT',
    });
  }
  return {
    server: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
}
