import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';

import { FluxError } from '../../../core/errors.ts';
import type { GitProxy } from '../types.ts';
import { loadHttp } from './load-builtin.ts';

/**
 * The header that logs in to a proxy.
 *
 * Effects: none
 */
export function formatProxyAuthorization(proxy: GitProxy): Record<string, string> {
  const url = new URL(proxy.url);
  const username = proxy.username ?? decodeURIComponent(url.username);
  const password = proxy.password ?? decodeURIComponent(url.password);
  if (username === '' && password === '') return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/**
 * Checks the address of a proxy.
 *
 * Effects: none
 *
 * @throws {FluxError} git/invalid-proxy: not an http URL
 */
export function parseProxyUrl(proxy: GitProxy): URL {
  const url = URL.canParse(proxy.url) ? new URL(proxy.url) : undefined;
  if (url === undefined || url.protocol !== 'http:') {
    throw new FluxError('git/invalid-proxy', `proxy address must be of the form http://host:port`, {
      hint: "Mend 'address' in the proxy Secret",
      terminal: true,
    });
  }
  return url;
}

/**
 * Opens a connection to a host through an HTTP proxy.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} git/proxy-failed: the proxy refused
 */
export function openTunnel(proxy: GitProxy, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const url = parseProxyUrl(proxy);
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const request = loadHttp().request({
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 80 : Number(url.port),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...formatProxyAuthorization(proxy) },
      agent: false,
      signal,
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(
        new FluxError(
          'git/proxy-failed',
          `the proxy '${url.host}' refused to connect to '${authority}': status ${response.statusCode}`,
          {
            hint: 'Check the login and the rules of the proxy',
            details: { status: response.statusCode },
          },
        ),
      );
    });
    request.once('error', reject);
    request.end();
  });
}
