import { createHash, createHmac } from 'node:crypto';
import { FluxError, messageOf } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Progress } from '../../core/progress.ts';

/** The types of receivers that can be triggered by hand. */
export const RECEIVER_TYPES = ['generic', 'generic-hmac', 'generic-oidc'] as const;

/** One of the types of receivers that can be triggered by hand. */
export type ReceiverType = (typeof RECEIVER_TYPES)[number];

/** Which receiver is triggered, and how. */
export interface ReceiverOptions {
  readonly namespace: string;
  readonly name: string;
  readonly type: ReceiverType;
  /** Where the receivers are served; it may have a path. */
  readonly url: string;
  /** The token of the Receiver's Secret; empty for generic-oidc. */
  readonly token: string;
  /** `github` or `forgejo`: the token is asked of the workflow that this runs in. */
  readonly oidcProvider: string;
  readonly oidcToken: string;
  readonly oidcAudience: string;
  /** JSON. */
  readonly payload: string;
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly userAgent: string;
}

/** What triggering needs of the world. */
export interface TriggerWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  request(
    url: string,
    init: { method: string; headers: Readonly<Record<string, string>>; body?: string },
  ): Promise<{ readonly status: number; readonly statusText: string; text(): Promise<string> }>;
  sleep(ms: number): Promise<void>;
  readonly progress: Progress;
}

/** What a triggered receiver answered with. */
export interface TriggeredReceiver {
  readonly namespace: string;
  readonly name: string;
  readonly status: number;
  readonly attempts: number;
}

const OIDC_ENV = 'FLUX_TRIGGER_RECEIVER_OIDC_TOKEN';
const OIDC_AUDIENCE = 'notification-controller';
/** A path that is not there yet comes with the Receiver. */
const RETRYABLE: readonly number[] = [404, 408, 429, 500, 502, 503, 504];
/** Of an answer that explains a failure. */
const MOST_ANSWER = 1000;

/**
 * Calls the webhook of a Receiver, as a Git server would; no cluster is needed. The path is worked out of token, name and
 * namespace.
 *
 * Effects: sends requests
 * Source: fluxcd/flux2 cmd/flux/trigger_receiver.go; notification-controller api/v1 GetWebhookPath
 * Differs: the path, which is as good as a password, is left out of messages
 *
 * @throws {FluxError} trigger/bad-flags, trigger/no-token, trigger/failed
 */
export async function triggerReceiver(options: ReceiverOptions, world: TriggerWorld): Promise<TriggeredReceiver> {
  checkOptions(options);
  const { namespace, name, payload, retries, retryDelayMs } = options;
  const headers = await headersOf(options, world);
  const base = options.url.replace(/\/+$/, '');
  world.progress.action(`triggering Receiver ${namespace}/${name}`);
  for (let attempt = 0; ; attempt += 1) {
    const { failure, status, isPassing } = await send(`${base}${webhookPath(options)}`, base, headers, payload, world);
    if (failure === undefined) {
      world.progress.success(`Receiver ${namespace}/${name} triggered`);
      return { namespace, name, status, attempts: attempt + 1 };
    }
    if (!isPassing || attempt >= retries) {
      throw new FluxError('trigger/failed', failure, {
        hint: HINTS[status] ?? 'see whether the URL leads to the webhook receiver of notification-controller',
        details: { status, attempts: attempt + 1 },
      });
    }
    world.progress.waiting(`${failure}; retrying in ${formatDuration(retryDelayMs)} (${attempt + 1}/${retries})`);
    await world.sleep(retryDelayMs);
  }
}

const HINTS: Readonly<Record<number, string>> = {
  400: 'the token, the type or the payload is not that of the Receiver',
  404: 'the Receiver is not ready, or its name, namespace or token are others',
};

/**
 * The path of a Receiver's webhook.
 *
 * Effects: none
 *
 * @example webhookPath({ token: '', name: 'web', namespace: 'apps' }) // '/hook/…'
 */
export function webhookPath({ token, name, namespace }: { token: string; name: string; namespace: string }): string {
  return `/hook/${createHash('sha256').update(`${token}${name}${namespace}`).digest('hex')}`;
}

async function send(
  url: string,
  shownUrl: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  world: TriggerWorld,
): Promise<{ failure?: string; status: number; isPassing: boolean }> {
  let answer: Awaited<ReturnType<TriggerWorld['request']>>;
  try {
    answer = await world.request(url, { method: 'POST', headers, body });
  } catch (error) {
    return { failure: `request to ${shownUrl} failed: ${reasonOf(error)}`, status: 0, isPassing: true };
  }
  const { status, statusText } = answer;
  if (status >= 200 && status < 300) return { status, isPassing: false };
  const text = (await answer.text().catch(() => '')).trim().slice(0, MOST_ANSWER);
  const failure = `request to ${shownUrl} failed with status ${`${status} ${statusText}`.trim()}${text === '' ? '' : `: ${text}`}`;
  return { failure, status, isPassing: RETRYABLE.includes(status) };
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
}

async function headersOf(options: ReceiverOptions, world: TriggerWorld): Promise<Record<string, string>> {
  const headers = { 'Content-Type': 'application/json', 'User-Agent': options.userAgent };
  switch (options.type) {
    case 'generic':
      return headers;
    case 'generic-hmac':
      return {
        ...headers,
        'X-Signature': `sha256=${createHmac('sha256', options.token).update(options.payload).digest('hex')}`,
      };
    case 'generic-oidc':
      return { ...headers, Authorization: `Bearer ${await oidcTokenOf(options, world)}` };
    default:
      throw new FluxError('internal/bug', `no headers for the type "${String(options.type satisfies never)}"`);
  }
}

async function oidcTokenOf(options: ReceiverOptions, { env, request }: TriggerWorld): Promise<string> {
  if (options.oidcProvider === '') {
    const token = options.oidcToken || (env[OIDC_ENV] ?? '');
    if (token !== '') return token;
    throw new FluxError(
      'trigger/no-token',
      `no OIDC token provided: set --oidc-provider, --oidc-token or the ${OIDC_ENV} environment variable`,
    );
  }
  const [url = '', bearer = ''] = [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']];
  if (url === '' || bearer === '') {
    throw new FluxError('trigger/no-token', 'this workflow may not ask for an OIDC token', {
      hint: 'give the job "permissions: id-token: write" (Forgejo: "enable-openid-connect: true")',
    });
  }
  const target = new URL(url);
  target.searchParams.set('audience', options.oidcAudience || OIDC_AUDIENCE);
  const answer = await request(target.href, { method: 'GET', headers: { Authorization: `Bearer ${bearer}` } });
  const value: unknown = answer.status === 200 ? readValue(await answer.text()) : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new FluxError('trigger/no-token', `the workflow's token service answered with status ${answer.status} and no token`);
}

function readValue(text: string): unknown {
  try {
    return (JSON.parse(text) as { value?: unknown }).value;
  } catch {
    return undefined;
  }
}

function checkOptions({ url, type, token, oidcProvider, oidcToken, oidcAudience }: ReceiverOptions): void {
  const wrong = (message: string): never => {
    throw new FluxError('trigger/bad-flags', message);
  };
  if (url === '') wrong('--url is required');
  if (!URL.canParse(url) || !/^https?:/.test(url)) wrong('--url must be an http or https URL');
  if (type !== 'generic-oidc') {
    if (token === '') wrong(`--token is required for --type=${type}`);
    if (oidcProvider !== '' || oidcToken !== '' || oidcAudience !== '')
      wrong('--oidc-provider, --oidc-token and --oidc-audience can only be set for --type=generic-oidc');
    return;
  }
  if (token !== '') wrong('--token must not be set for --type=generic-oidc, the Receiver of this type has no secret');
  if (oidcProvider !== '' && oidcToken !== '') wrong('--oidc-provider and --oidc-token are mutually exclusive');
  if (oidcAudience !== '' && oidcProvider === '') wrong('--oidc-audience can only be set together with --oidc-provider');
}
