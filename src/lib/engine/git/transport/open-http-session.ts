import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

import { FluxError } from '../../../core/errors.ts';
import { protocolError } from '../errors.ts';
import { parseRemoteUrl, type RemoteUrl } from '../parse-remote-url.ts';
import type { GitAuth, Remote } from '../types.ts';
import { type ByteReader, createByteReader } from '../wire/byte-reader.ts';
import { readPacket, textOf } from '../wire/pkt-line.ts';
import { createHttpClient, type HttpClient } from './create-http-client.ts';
import type { Service, Session, SessionOptions } from './types.ts';

const MAX_REDIRECTS = 5;
/** Most bytes of a refusal that are kept. */
const MAX_ANSWER = 1024;

/**
 * Opens a conversation over "smart" HTTP.
 *
 * Only the first GET follows redirects, and never from https to http. A login is not carried to another host.
 *
 * Effects: opens a connection
 * Source: git Documentation/gitprotocol-http.txt
 *
 * @throws {FluxError} git/auth-failed, git/repository-not-found, git/http-status, git/redirect-refused, git/protocol-error
 */
export async function openHttpSession(remote: Remote, service: Service, options: SessionOptions): Promise<Session> {
  const first = parseRemoteUrl(remote.url);
  const client = createHttpClient(remote, options.signal);
  try {
    let target: RemoteUrl = { ...first, path: first.path.replace(/\/+$/, '') };
    let authorization = formatAuthorization(remote.auth, first);
    for (let redirects = 0; ; redirects += 1) {
      const response = await client.request(target, {
        method: 'GET',
        path: `${target.path}/info/refs?service=${service}`,
        headers: { accept: '*/*', 'accept-encoding': 'gzip', pragma: 'no-cache', ...authorization },
      });
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400 && response.headers.location !== undefined) {
        response.resume();
        if (redirects >= MAX_REDIRECTS) throw refuseRedirect(first, `more than ${MAX_REDIRECTS} redirects`);
        const next = followRedirect(target, response.headers.location, service);
        if (next.host !== target.host || (next.port !== target.port && next.scheme === target.scheme)) authorization = {};
        target = next;
        continue;
      }
      await checkStatus(response, target);
      checkContentType(response, `application/x-${service}-advertisement`, target);
      const advertisement = createByteReader(decodeBody(response), options.maxBytes);
      await skipServiceLine(advertisement, service);
      return {
        advertisement,
        exchange: (body) => exchange(client, target, authorization, service, body, options.maxBytes),
        close: () => client.close(),
      };
    }
  } catch (error) {
    client.close();
    throw error;
  }
}

async function exchange(
  client: HttpClient,
  target: RemoteUrl,
  authorization: Record<string, string>,
  service: Service,
  body: Uint8Array,
  maxBytes: number,
): Promise<ByteReader> {
  const response = await client.request(
    target,
    {
      method: 'POST',
      path: `${target.path}/${service}`,
      headers: {
        'content-type': `application/x-${service}-request`,
        accept: `application/x-${service}-result`,
        'accept-encoding': 'gzip',
        'content-length': String(body.length),
        ...authorization,
      },
    },
    body,
  );
  await checkStatus(response, target);
  checkContentType(response, `application/x-${service}-result`, target);
  return createByteReader(decodeBody(response), maxBytes);
}

function formatAuthorization(auth: GitAuth | undefined, url: RemoteUrl): Record<string, string> {
  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  });
  if (auth?.kind === 'bearer') return { authorization: `Bearer ${auth.token}` };
  if (auth?.kind === 'basic') return basic(auth.username, auth.password);
  return url.username === '' ? {} : basic(url.username, url.password);
}

function followRedirect(from: RemoteUrl, location: string, service: Service): RemoteUrl {
  const base = `${from.scheme}://${from.host.includes(':') ? `[${from.host}]` : from.host}:${from.port}${from.path}/info/refs`;
  const next = URL.canParse(location, base) ? new URL(location, base) : undefined;
  if (next === undefined || (next.protocol !== 'http:' && next.protocol !== 'https:'))
    throw refuseRedirect(from, 'not to an HTTP URL');
  if (from.scheme === 'https' && next.protocol === 'http:') throw refuseRedirect(from, 'from https to http');
  if (!next.pathname.endsWith('/info/refs') || next.searchParams.get('service') !== service) {
    throw refuseRedirect(from, 'to something that is no repository, such as a login page');
  }
  const parsed = parseRemoteUrl(`${next.protocol}//${next.host}${next.pathname}`);
  return { ...parsed, path: parsed.path.slice(0, -'/info/refs'.length), display: parsed.display.slice(0, -'/info/refs'.length) };
}

function refuseRedirect(url: RemoteUrl, why: string): FluxError {
  return new FluxError('git/redirect-refused', `'${url.display}' redirects, and the redirect is not followed: ${why}`, {
    hint: 'Use the URL that the repository has now',
  });
}

async function checkStatus(response: IncomingMessage, url: RemoteUrl): Promise<void> {
  const status = response.statusCode ?? 0;
  if (status === 200) return;
  const answer = await readAnswer(response);
  const details = { status, answer };
  if (status === 401 || status === 403) {
    const what = status === 401 ? 'authentication required' : 'authorization failed';
    throw new FluxError('git/auth-failed', `'${url.display}' refused the login: ${what} (status ${status})`, {
      hint: 'Check the user name and the password or token, and that it may use this repository',
      details,
    });
  }
  if (status === 404 || status === 410) {
    throw new FluxError('git/repository-not-found', `'${url.display}': repository not found`, {
      hint: 'Check the URL; many servers say "not found" as well when the login may not see a private repository',
      details,
    });
  }
  throw new FluxError('git/http-status', `'${url.display}' answered with status ${status}`, {
    hint: status >= 500 ? 'Try again later; the fault is on the server' : 'Check the URL and what is between here and the server',
    details,
  });
}

/** What the server says to a refusal, as far as it is worth telling; whole web pages are not. */
async function readAnswer(response: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of response) {
      pieces.push(piece as Uint8Array);
      size += (piece as Uint8Array).length;
      if (size > MAX_ANSWER) break;
    }
  } catch {
    // The status is known, and that is what counts.
  }
  response.destroy();
  const isPlain = response.headers['content-encoding'] === undefined;
  const isText = isPlain && /^text\/plain|^application\/json|^$/.test(response.headers['content-type'] ?? '');
  return isText && size <= MAX_ANSWER ? Buffer.concat(pieces).toString() : '';
}

function checkContentType(response: IncomingMessage, wanted: string, url: RemoteUrl): void {
  const type = (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim();
  if (type === wanted) return;
  response.destroy();
  throw protocolError(
    `'${url.display}' is not a Git repository over smart HTTP: it answered with '${type ?? ''}', wanted is '${wanted}'`,
  );
}

async function* decodeBody(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  if (response.headers['content-encoding'] !== 'gzip') {
    yield* response;
    return;
  }
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip();
  response.once('error', (error) => gunzip.destroy(error));
  yield* response.pipe(gunzip);
}

async function skipServiceLine(reader: ByteReader, service: Service): Promise<void> {
  const line = textOf(await readPacket(reader));
  if (line !== `# service=${service}`)
    throw protocolError(`the server offers ${JSON.stringify(line ?? '')}, wanted is ${service}`);
  await readPacket(reader);
}
