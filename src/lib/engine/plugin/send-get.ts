import http from 'node:http';
import https from 'node:https';

import type { GetPort } from './types.ts';

/** How long a server may be silent. */
const SILENCE_MS = 30_000;

/**
 * Makes the port `get`, over Node's own HTTP.
 *
 * Effects (of the function): network
 *
 * @param env `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not
 */
export function makeGet(env: Readonly<Record<string, string | undefined>>): GetPort {
  // Node older than 24.5 does not know `proxyEnv` and passes over it.
  const options = { proxyEnv: { ...env } };
  return (url, signal) =>
    new Promise((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const agent = isPlain ? new http.Agent(options) : new https.Agent(options);
      const request = (isPlain ? http : https).request(url, { agent, headers: { 'user-agent': 'flux-ts' }, signal });
      request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
      request.once('error', reject);
      request.once('response', (response) => {
        const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]));
        resolve({ status: response.statusCode ?? 0, headers, body: response, discard: () => void response.destroy() });
      });
      request.end();
    });
}
