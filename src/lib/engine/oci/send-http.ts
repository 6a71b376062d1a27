import http from 'node:http';
import https from 'node:https';

import type { HttpAnswer, HttpRequest, SendPort } from './types.ts';

/** How requests are sent. */
export interface SendOptions {
  /** True takes any certificate. Default false. */
  readonly insecure?: boolean;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** How long a server may be silent. */
const SILENCE_MS = 60_000;
const SHORT_BYTES = 64 * 1024;
const USER_AGENT = 'flux-ts';

/**
 * Makes the function that sends requests, over connections that are kept.
 *
 * Effects (of the function): network
 */
export function makeSend({ insecure = false, env, signal }: SendOptions): { send: SendPort; close(): void } {
  // Node older than 24.5 does not know `proxyEnv` and passes over it.
  const kept = { keepAlive: true, maxSockets: 8, proxyEnv: { ...env } };
  const plain = new http.Agent(kept);
  const secure = new https.Agent({ ...kept, ...(insecure ? { rejectUnauthorized: false } : {}) });
  const send = ({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const length = body === undefined ? (method === 'POST' || method === 'PUT' ? 0 : undefined) : body.length;
      const request = (isPlain ? http : https).request(url, {
        method,
        agent: isPlain ? plain : secure,
        headers: { 'user-agent': USER_AGENT, ...(length === undefined ? {} : { 'content-length': length }), ...headers },
        ...(signal === undefined ? {} : { signal }),
      });
      request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
      request.once('error', reject);
      request.once('response', (response) => {
        const fields = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(fields),
          body: response,
          // A short rest is read, so that the connection can be used again.
          discard: () =>
            method === 'HEAD' || Number(response.headers['content-length']) <= SHORT_BYTES
              ? response.resume()
              : response.destroy(),
        });
      });
      request.end(body);
    });
  return {
    send,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
