import { FluxError, isFluxError } from '../../core/errors.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { ReadTextFile } from './build-connection.ts';
import { createAuthenticator, type Proof } from './create-authenticator.ts';
import { decideProxy } from './decide-proxy.ts';
import { decideRetry, type RetryLimits } from './decide-retry.ts';
import { type FailurePhase, requestFailed, timedOut, translateStatus } from './errors.ts';
import type { Impersonation, KubeConnection } from './kubeconfig-types.ts';
import { parseWarnings } from './parse-warnings.ts';
import { readBody } from './read-body.ts';
import { createTransport, type HttpResponse, type Transport } from './transport.ts';

/** Time, as a port. */
export interface KubeClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; rejects with the signal's reason when it is given. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What requests need of the world. */
export interface RequesterOptions {
  readonly clock: KubeClock;
  readonly readFile: ReadTextFile;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interactive: boolean;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** See `ConnectOptions`. */
  readonly stop?: AbortSignal;
  readonly retry: RetryLimits;
  readonly onWarning: (text: string) => void;
}

/** One request to the API server. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string | undefined;
  readonly body?: string;
  readonly ifNoneMatch?: string;
  readonly signal?: AbortSignal | undefined;
  readonly subject?: ObjectRef | undefined;
  readonly impersonation?: Impersonation | undefined;
}

/** An answer, read whole. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly body: string;
}

/** Sends requests: with credentials, tried again where that helps, failures translated. */
export interface Requester {
  /** Sends a request and reads its answer. */
  exchange(request: ApiRequest): Promise<ApiResponse>;
  /** Sends a request whose answer does not end; the signal ends it. */
  open(request: ApiRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

/**
 * Makes what sends requests over a connection.
 *
 * Effects: none until the first request
 */
export function createRequester(connection: KubeConnection, options: RequesterOptions): Requester {
  const prefix = new URL(connection.server).pathname.replace(/\/$/, '');
  const authenticator = createAuthenticator(connection, { ...options, now: () => options.clock.now() });
  const transportFor = createTransports(connection, options);

  async function attempt(request: ApiRequest, proof: Proof, streaming: boolean): Promise<HttpResponse> {
    return await transportFor.get(proof).send({
      method: request.method,
      path: prefix + request.path,
      headers: buildHeaders(request, proof, options.userAgent, !streaming && !connection.disableCompression),
      streaming,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  }

  /** Gets the credential before the time of the request begins: a plugin may ask the user, who may take long. */
  async function logIn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const proof = authenticator.obtain();
    if (signal === undefined) {
      await proof;
      return;
    }
    let abort = () => {};
    const aborted = new Promise<never>((_resolve, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
    });
    await Promise.race([proof, aborted]).finally(() => signal.removeEventListener('abort', abort));
  }

  /** Sends until the answer is one to keep. `use` turns a good response into the result and may fail with its connection. */
  async function send<T>(request: ApiRequest, streaming: boolean, use: (response: HttpResponse) => Promise<T>): Promise<T> {
    let renewed = false;
    for (let count = 1; ; count++) {
      const proof = await authenticator.obtain();
      let status: number | undefined;
      let retryAfter: string | undefined;
      let failure: FailurePhase | undefined;
      let error: unknown;
      try {
        const response = await attempt(request, proof, streaming);
        for (const text of parseWarnings(response.headers['warning'])) options.onWarning(text);
        status = response.status;
        if (status < 300 || (status === 304 && request.ifNoneMatch !== undefined)) return await use(response);
        retryAfter = headerText(response.headers, 'retry-after');
        const body = await readAnswer(response);
        error = translateStatus(status, body, `${request.method} ${request.path}`, request.subject);
      } catch (cause) {
        if (request.signal?.aborted) throw request.signal.reason;
        error = isFluxError(cause) ? cause : requestFailed(connection.server, cause);
        failure = isFluxError(error, 'kube/unreachable') ? (error.details?.['phase'] as FailurePhase) : undefined;
        if (failure === undefined) throw error;
        status = undefined;
      }
      if (status === 401 && !renewed && authenticator.forget(proof)) {
        renewed = true;
        continue;
      }
      const outcome = {
        method: request.method,
        attempt: count,
        ...(status === undefined ? {} : { status }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(failure === undefined ? {} : { failure }),
      };
      const waitMs = decideRetry(outcome, options.retry, options.clock.now());
      if (waitMs === undefined) throw error;
      if (waitMs > 0) {
        await options.clock.sleep(waitMs, request.signal).catch((cause: unknown) => {
          throw request.signal?.aborted ? request.signal.reason : cause;
        });
      }
    }
  }

  return {
    async exchange(request) {
      await logIn(request.signal ?? (options.stop?.aborted === true ? undefined : options.stop));
      const deadline = startDeadline(request, connection.server, options);
      try {
        return await send({ ...request, signal: deadline.signal }, false, async (response) => ({
          status: response.status,
          headers: response.headers,
          body: await readAnswer(response),
        }));
      } finally {
        deadline.stop();
      }
    },
    async open(request) {
      await logIn(request.signal ?? (options.stop?.aborted === true ? undefined : options.stop));
      const deadline = startDeadline(request, connection.server, options);
      try {
        const body = await send({ ...request, signal: deadline.signal }, true, async (response) => response.body);
        // From here on only the caller's signal ends it.
        deadline.keepSignalUntil(body);
        return body as AsyncIterable<Uint8Array>;
      } catch (error) {
        deadline.stop();
        throw error;
      }
    },
    async close() {
      await transportFor.close();
    },
  };
}

function readAnswer({ body, headers }: HttpResponse): Promise<string> {
  return readBody(body, headerText(headers, 'content-encoding'), headerText(headers, 'content-length'));
}

function headerText(headers: HttpResponse['headers'], name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** How long a write may still take once all is to end: a Lease is given back, a status is stored. */
const TIDY_UP_MS = 5_000;

/** Joins the caller's signal with the time that the request, all its attempts together, may take. */
function startDeadline(request: ApiRequest, server: string, options: Pick<RequesterOptions, 'timeoutMs' | 'stop'>) {
  const controller = new AbortController();
  // What has no signal of its own ends with the client's work: a read at once, a write after a while.
  const isOwn = request.signal !== undefined;
  const outer = request.signal ?? options.stop;
  const isTidyingUp = !isOwn && outer?.aborted === true;
  const timeoutMs = isTidyingUp ? Math.min(TIDY_UP_MS, options.timeoutMs) : options.timeoutMs;
  let grace: ReturnType<typeof setTimeout> | undefined;
  const forward = () => {
    if (isOwn || request.method === 'GET') controller.abort(outer?.reason);
    else grace = setTimeout(() => controller.abort(outer?.reason), TIDY_UP_MS);
  };
  if (isOwn && outer?.aborted === true) forward();
  else if (!isTidyingUp) outer?.addEventListener('abort', forward);
  const timer = setTimeout(() => controller.abort(timedOut(server, timeoutMs, request.subject)), timeoutMs);
  const release = () => {
    clearTimeout(grace);
    outer?.removeEventListener('abort', forward);
  };
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      release();
    },
    keepSignalUntil(body: HttpResponse['body']) {
      clearTimeout(timer);
      body.once('close', release);
    },
  };
}

/** One transport per client certificate: a renewed certificate needs connections of its own. */
function createTransports(connection: KubeConnection, options: RequesterOptions) {
  const all: Transport[] = [];
  let current: { transport: Transport; certificate: string | undefined } | undefined;
  let closed = false;
  return {
    get(proof: Proof): Transport {
      if (closed) throw new FluxError('kube/closed', `the client of ${connection.server} is closed`);
      if (current === undefined || current.certificate !== proof.clientCertificate) {
        const proxy = decideProxy(connection.server, connection.proxyUrl, options.env);
        const { trust } = connection;
        const transport = createTransport({
          server: connection.server,
          url: new URL(connection.server),
          insecureSkipTlsVerify: trust.insecureSkipTlsVerify,
          ...(proxy === undefined ? {} : { proxy }),
          ...(trust.certificateAuthority === undefined ? {} : { certificateAuthority: trust.certificateAuthority }),
          ...(trust.serverName === undefined ? {} : { serverName: trust.serverName }),
          ...(proof.clientCertificate === undefined ? {} : { clientCertificate: proof.clientCertificate }),
          ...(proof.clientKey === undefined ? {} : { clientKey: proof.clientKey }),
        });
        all.push(transport);
        current = { transport, certificate: proof.clientCertificate };
      }
      return current.transport;
    },
    async close(): Promise<void> {
      closed = true;
      await Promise.all(all.map(async (transport) => await transport.close()));
    },
  };
}

/**
 * Builds the headers of a request.
 *
 * Effects: none
 */
export function buildHeaders(
  request: ApiRequest,
  proof: Proof,
  userAgent: string,
  compress: boolean,
): Record<string, string | string[]> {
  const { impersonation } = request;
  const headers: Record<string, string | string[]> = {
    accept: request.accept ?? 'application/json',
    'user-agent': userAgent,
  };
  if (compress) headers['accept-encoding'] = 'gzip';
  if (request.body !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
  if (request.ifNoneMatch !== undefined) headers['if-none-match'] = request.ifNoneMatch;
  if (proof.authorization !== undefined) headers['authorization'] = proof.authorization;
  if (impersonation?.user !== undefined) headers['impersonate-user'] = impersonation.user;
  if (impersonation?.uid !== undefined) headers['impersonate-uid'] = impersonation.uid;
  if (impersonation !== undefined && impersonation.groups.length > 0) headers['impersonate-group'] = [...impersonation.groups];
  for (const [key, values] of Object.entries(impersonation?.extra ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`] = [...values];
  }
  return headers;
}
