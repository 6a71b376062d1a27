import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { IncomingMessage } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from '../../src/lib/engine/controlplane/issue-certificate.ts';

/** What can go wrong between a client and its API server. */
export type Fault =
  /** The connection breaks before the server has heard of the request. */
  | 'reset'
  /** The connection breaks after the server has done what was asked. */
  | 'reset-after'
  /** 429 with Retry-After. */
  | 'too-many'
  /** 500. */
  | 'error'
  /** 503. */
  | 'unavailable'
  /** No answer at all. */
  | 'stall'
  /** An answer that ends in the middle. */
  | 'half'
  /** A watch whose version is too old (410). */
  | 'expired'
  /** Somebody else writes the object just before. */
  | 'conflict';

/** A request on its way. */
export interface PassingRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly isWatch: boolean;
}

/** A proxy that a client takes for its API server. */
export interface FaultProxy {
  /** kubeconfig of an administrator who goes through the proxy. */
  readonly kubeconfigPath: string;
  /** How often which fault was made. */
  readonly made: Partial<Record<Fault, number>>;
  close(): Promise<void>;
}

/** Answers of the API server to what it cannot do now. */
const STATUSES: Readonly<Partial<Record<Fault, readonly [code: number, reason: string, message: string]>>> = {
  'too-many': [429, 'TooManyRequests', 'too many requests, please try again later'],
  error: [500, 'InternalError', 'Internal error occurred: etcdserver: leader changed'],
  unavailable: [503, 'ServiceUnavailable', 'the server is currently unable to handle the request'],
};

/**
 * Starts a proxy in front of an API server, over TLS and HTTP/2 as that one, which makes faults.
 *
 * Effects: listens on the loopback interface; under `conflict` writes an annotation to the object of the request
 *
 * @param adminPath kubeconfig of an administrator with a client certificate
 * @param decide says for each request what happens to it; absent: it passes
 */
export async function startFaultProxy(
  adminPath: string,
  decide: (request: PassingRequest) => Fault | undefined,
): Promise<FaultProxy> {
  const admin = readFileSync(adminPath, 'utf8');
  const field = (name: string): string => new RegExp(`${name}:\\s*['"]?([^\\s'"]+)`).exec(admin)?.[1] ?? '';
  const decoded = (name: string): string => Buffer.from(field(name), 'base64').toString();
  const server = new URL(field('server'));
  const agent = new Agent({
    keepAlive: true,
    ca: decoded('certificate-authority-data'),
    cert: decoded('client-certificate-data'),
    key: decoded('client-key-data'),
  });
  const year = 365 * 86_400_000;
  const [notBefore, notAfter] = [new Date(Date.now() - 60_000), new Date(Date.now() + year)];
  const authority = issueCertificate({ commonName: 'fault-proxy', use: 'authority', notBefore, notAfter });
  const hosts = ['127.0.0.1', 'localhost'];
  const own = issueCertificate({ commonName: '127.0.0.1', hosts, use: 'server', notBefore, notAfter }, authority);
  const made: Partial<Record<Fault, number>> = {};
  const sessions = new Set<ServerHttp2Session>();
  let serial = 0;

  const send = (
    method: string,
    path: string,
    headers: Record<string, string | string[]>,
    body: Buffer,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      // Node gives a DELETE's body no length by itself, and the rest of the connection would be taken for another request.
      const framed = body.length === 0 ? headers : { ...headers, 'content-length': String(body.length) };
      const place = { agent, host: server.hostname, port: server.port };
      const outgoing = requestHttps({ ...place, method, path, headers: framed }, resolve);
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  const meddle = async (path: string): Promise<void> => {
    const patch = JSON.stringify({ metadata: { annotations: { 'example.com/meddler': String(++serial) } } });
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = await send('PATCH', path.replace(/\?.*$/, '').replace(/\/status$/, ''), headers, Buffer.from(patch));
    answer.resume();
    await new Promise((resolve) => answer.once('end', resolve));
  };
  const cut = (request: Http2ServerRequest): void => {
    request.stream.session?.destroy();
  };

  const handle = async (request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url: path } = request;
    const isWatch = /[?&]watch=(true|1)\b/.test(path);
    const fault = decide({ method, path, isWatch });
    if (fault !== undefined) made[fault] = (made[fault] ?? 0) + 1;
    const refusal = fault === undefined ? undefined : STATUSES[fault];
    if (refusal !== undefined) {
      const [code, reason, message] = refusal;
      response.writeHead(code, { 'content-type': 'application/json', ...(fault === 'too-many' ? { 'retry-after': '1' } : {}) });
      response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }));
      return;
    }
    if (fault === 'stall') return;
    if (fault === 'reset') return cut(request);
    if (fault === 'expired') {
      const message = 'too old resource version';
      const object = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Expired', code: 410 };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    if (fault === 'conflict') await meddle(path);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name, value]) => !name.startsWith(':') && name !== 'host' && value !== undefined),
    ) as Record<string, string>;
    const answer = await send(method, path, headers, Buffer.concat(chunks));
    if (fault === 'reset-after') {
      answer.resume();
      return cut(request);
    }
    const kept = Object.entries(answer.headers).filter(
      ([name]) => !['connection', 'transfer-encoding', 'keep-alive'].includes(name),
    );
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept) as Record<string, string>);
    if (fault !== 'half') {
      response.stream.once('close', () => answer.destroy());
      answer.pipe(response);
      return;
    }
    const whole: Buffer[] = [];
    for await (const chunk of answer) whole.push(chunk as Buffer);
    const body = Buffer.concat(whole);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => cut(request));
  };

  const proxy = createSecureServer({ key: own.key, cert: own.certificate }, (request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    handle(request, response).catch(() => cut(request));
  });
  proxy.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const dir = mkdtempSync(join(tmpdir(), 'flux-ts-proxy-'));
  const kubeconfigPath = join(dir, 'kubeconfig');
  const url = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  writeFileSync(kubeconfigPath, kubeconfigOf(url, authority.certificate), { mode: 0o600 });
  return {
    kubeconfigPath,
    made,
    async close() {
      for (const session of sessions) session.destroy();
      agent.destroy();
      await new Promise((resolve) => proxy.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Who asks is the administrator whose certificate the proxy has. */
function kubeconfigOf(url: string, authority: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: proxy
  cluster: {server: '${url}', certificate-authority-data: '${Buffer.from(authority).toString('base64')}'}
contexts:
- name: proxy
  context: {cluster: proxy, user: admin}
current-context: proxy
users:
- name: admin
  user: {}
`;
}
