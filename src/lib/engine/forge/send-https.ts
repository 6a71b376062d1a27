import http from 'node:http';
import https from 'node:https';

import type { ForgeAnswer, ForgePorts } from './types.ts';

/** How requests are sent. */
export interface ForgeSendOptions {
  /** PEM; empty takes those that Node knows. */
  readonly caCertificate: string;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** How long a forge may be silent. */
const SILENCE_MS = 30_000;
/** Most characters of an answer. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Makes the port `send`, over Node's own HTTP.
 *
 * Effects (of the function): network
 */
export function makeForgeSend({ caCertificate, env, signal }: ForgeSendOptions): ForgePorts['send'] {
  // Node older than 24.5 does not know `proxyEnv` and passes over it.
  const options = { proxyEnv: { ...env }, ...(caCertificate === '' ? {} : { ca: caCertificate }) };
  return ({ method, url, headers, body }) =>
    new Promise<ForgeAnswer>((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const agent = isPlain ? new http.Agent(options) : new https.Agent(options);
      const size = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const request = (isPlain ? http : https).request(url, {
        method,
        agent,
        headers: { 'user-agent': 'flux-ts', ...headers, ...size },
        ...(signal === undefined ? {} : { signal }),
      });
      request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
      request.once('error', reject);
      request.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
          if (text.length > MAX_CHARACTERS) response.destroy(new Error('the answer is too long'));
        });
        response.once('error', reject);
        response.once('end', () => {
          const fields = Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]);
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(fields) as Record<string, string>, text });
        });
      });
      request.end(body);
    });
}
