import type { IncomingMessage } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { FluxError, messageOf } from '../../core/errors.ts';
import type { Host } from './host.ts';

/** Opens the content behind an address. */
export type OpenDownload = (url: string, signal?: AbortSignal) => Promise<Readable>;

/** Long enough for a far server, short enough not to be felt where there is no way out. */
const CONNECT_TIMEOUT_MS = 4_000;
const IDLE_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;

/**
 * Returns a function that opens https addresses, following redirects to https only.
 *
 * Effects (of the function): network; honours HTTPS_PROXY and NO_PROXY where Node can
 *
 * @returns a function that throws `controlplane/download-failed`: unreachable, too slow, or any answer but 200
 */
export function httpsDownload(host: Host): OpenDownload {
  return async function open(url, signal) {
    let address = url;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const response = await request(address, host, signal);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return response;
      response.destroy();
      if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
        throw new FluxError('controlplane/download-failed', `${url} answers with status ${statusCode}`);
      }
      address = new URL(headers.location, address).href;
    }
    throw new FluxError('controlplane/download-failed', `${url} redirects more than ${MAX_REDIRECTS} times`);
  };
}

async function request(url: string, host: Host, signal?: AbortSignal): Promise<IncomingMessage> {
  if (!url.startsWith('https://')) throw new FluxError('controlplane/download-failed', `refused to load ${url}: not https`);
  const https = await import('node:https');
  // `proxyEnv` is new in Node 24.5 and unknown to the types; older ones ignore it.
  const agent = new https.Agent({ proxyEnv: host.env } as AgentOptions);
  return await new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        signal?.aborted === true
          ? signal.reason
          : new FluxError('controlplane/download-failed', `can't reach ${new URL(url).host}: ${messageOf(cause)}`, { cause }),
      );
    const call = https.get(url, { agent, ...(signal === undefined ? {} : { signal }) }, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(
      () => call.destroy(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} seconds`)),
      CONNECT_TIMEOUT_MS,
    );
    call.setTimeout(IDLE_TIMEOUT_MS, () => call.destroy(new Error(`nothing came for ${IDLE_TIMEOUT_MS / 1000} seconds`)));
    call.once('error', (cause) => {
      clearTimeout(timer);
      fail(cause);
    });
  });
}
