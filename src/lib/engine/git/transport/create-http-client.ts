import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Socket } from 'node:net';

import { USER_AGENT } from '../constants.ts';
import type { RemoteUrl } from '../parse-remote-url.ts';
import type { GitAuth, Remote } from '../types.ts';
import { loadHttp, loadHttps, loadTls } from './load-builtin.ts';
import { formatProxyAuthorization, openTunnel, parseProxyUrl } from './open-tunnel.ts';

/** Sends requests. */
export interface HttpClient {
  /** Resolves when the head of the answer is there. */
  request(target: RemoteUrl, options: RequestOptions, body?: Uint8Array): Promise<IncomingMessage>;
  /** Lets go of all connections. */
  close(): void;
}

/**
 * Makes a client that trusts, shows and goes through what a remote says.
 *
 * Effects: none by itself
 */
export function createHttpClient(remote: Pick<Remote, 'auth' | 'proxy'>, signal: AbortSignal): HttpClient {
  const tls = formatTls(remote.auth);
  const agents = new Map<string, Agent>();
  const agentFor = (target: RemoteUrl): Agent => {
    const key = target.scheme;
    const known = agents.get(key);
    if (known !== undefined) return known;
    const agent =
      target.scheme === 'http'
        ? new (loadHttp().Agent)({ keepAlive: true })
        : new (loadHttps().Agent)({ keepAlive: true, ...tls });
    agents.set(key, agent);
    return agent;
  };
  return {
    async request(target, init, body) {
      const headers = { 'user-agent': USER_AGENT, ...(init.headers as Record<string, string>) };
      const common: RequestOptions = { ...init, host: target.host, port: target.port, signal };
      let chosen: RequestOptions;
      if (remote.proxy === undefined) chosen = { ...common, headers, agent: agentFor(target) };
      else if (target.scheme === 'http')
        chosen = {
          ...viaProxy(remote.proxy, target, common),
          headers: { ...headers, ...formatProxyAuthorization(remote.proxy) },
        };
      else {
        const socket = await openTunnel(remote.proxy, target.host, target.port, signal);
        // Without an agent: one, even a new one, would connect by itself and go past the proxy.
        chosen = { ...common, headers, createConnection: () => wrapTls(socket, target.host, tls) };
      }
      return new Promise((resolve, reject) => {
        const send = target.scheme === 'http' ? loadHttp().request : loadHttps().request;
        const request = send(chosen, resolve);
        request.once('error', reject);
        request.end(body);
      });
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function viaProxy(proxy: NonNullable<Remote['proxy']>, target: RemoteUrl, common: RequestOptions): RequestOptions {
  const url = parseProxyUrl(proxy);
  const authority = target.host.includes(':') ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
  return {
    ...common,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 80 : Number(url.port),
    path: `http://${authority}${common.path}`,
    agent: false,
  };
}

function wrapTls(socket: Socket, host: string, tls: AgentOptions): Socket {
  const isAddress = /^[\d.]+$|:/.test(host);
  return loadTls().connect({ ...tls, socket, host, ...(isAddress ? {} : { servername: host }) });
}

function formatTls(auth: GitAuth | undefined): AgentOptions {
  if (auth === undefined || auth.kind === 'ssh') return {};
  return {
    ...(auth.caFile === undefined ? {} : { ca: auth.caFile }),
    ...(auth.clientCert === undefined ? {} : { cert: auth.clientCert }),
    ...(auth.clientKey === undefined ? {} : { key: auth.clientKey }),
  };
}
