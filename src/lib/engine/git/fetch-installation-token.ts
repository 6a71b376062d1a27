import { Buffer } from 'node:buffer';
import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { FluxError, messageOf } from '../../core/errors.ts';
import { DEFAULT_TIMEOUT_MS } from './constants.ts';
import { translateError } from './errors.ts';
import { type AppRefusal, explainAppRefusal, guessAppRefusal } from './guess-app-refusal.ts';
import { parseRemoteUrl, type RemoteUrl } from './parse-remote-url.ts';
import { createHttpClient, type HttpClient } from './transport/create-http-client.ts';
import type { GitProxy, RemoteOptions, TlsMaterial } from './types.ts';

/** A GitHub App and where it is installed: by id, or by the name of an organization or user. */
export interface GitHubApp {
  readonly appId: string;
  readonly installationId?: string;
  readonly installationOwner?: string;
  /** PEM text of its RSA key. */
  readonly privateKey: string;
  /** Base of the API; absent means github.com's. */
  readonly baseUrl?: string;
  readonly tls?: TlsMaterial;
  readonly proxy?: GitProxy;
}

/** What to log in with as an installation of an app. */
export interface InstallationToken {
  readonly username: string;
  readonly password: string;
  /** Absent where the server does not say. */
  readonly expiresAt?: string;
  readonly installationId: string;
  /** What the installation may: `read`, `write` or `admin`, by the name of the permission. Absent where the server does not say. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** Number of the app's installation on the repository that was asked about; absent where there is none. */
  readonly repositoryInstallationId?: string;
}

/** What is asked for beside a token. */
export interface InstallationTokenOptions extends RemoteOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** `OWNER/NAME`: finds out whether the app is installed on it. */
  readonly repository?: string;
}

const PUBLIC_API = 'https://api.github.com/';
const USERNAME = 'x-access-token';
/** Clocks may differ so much. */
const DRIFT_SECONDS = 30;
const LIFETIME_SECONDS = 120;
const MAX_ANSWER = 256 * 1024;

/**
 * Gets a token of an installation of a GitHub App: the app proves itself by a short-lived signed statement.
 *
 * Effects: opens a connection
 * Source: fluxcd/pkg auth/githubapp/client.go; GitHub's REST API, "Create an installation access token for an app"
 *
 * @throws {FluxError} git/invalid-app: an id or the key is missing or wrong
 * @throws {FluxError} git/app-refused: the API said no; `details` has the status, and the cause as far as it can be told
 */
export async function fetchInstallationToken(app: GitHubApp, options: InstallationTokenOptions): Promise<InstallationToken> {
  const key = checkApp(app);
  const base = parseRemoteUrl(withSlash(app.baseUrl ?? PUBLIC_API));
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const client = createHttpClient(
    { auth: { kind: 'none', ...app.tls }, ...(app.proxy === undefined ? {} : { proxy: app.proxy }) },
    signal,
  );
  const statement = signStatement(app.appId, key, Math.floor(options.now() / 1000));
  const ask: Ask = (method, path) => request(client, base, method, path, statement, app);
  try {
    const installationId = app.installationId ?? (await findInstallation(app, ask));
    const answer = await ask('POST', `app/installations/${installationId}/access_tokens`);
    const { token, expires_at: expiresAt } = answer;
    if (typeof token !== 'string' || token === '') throw refused('the answer has no token', 0, 'other', app);
    const onRepository = options.repository === undefined ? undefined : await findOnRepository(options.repository, ask);
    return {
      username: USERNAME,
      password: token,
      ...(typeof expiresAt === 'string' ? { expiresAt } : {}),
      installationId,
      ...permissionsOf(answer['permissions']),
      ...(onRepository === undefined ? {} : { repositoryInstallationId: onRepository }),
    };
  } catch (error) {
    throw translateError(error, {
      url: base.display,
      timeoutMs,
      timedOut: () => timeout.aborted,
      aborted: () => options.signal?.aborted ?? false,
    });
  } finally {
    client.close();
  }
}

/** The messages are upstream's. */
function checkApp(app: GitHubApp): KeyObject {
  const invalid = (message: string, cause?: unknown) =>
    new FluxError('git/invalid-app', message, { hint: 'Make the Secret again with: flux-ts create secret githubapp', cause });
  const isId = (text: string | undefined): boolean => text !== undefined && /^[1-9]\d*$/.test(text);
  if (!isId(app.appId)) throw invalid('app ID must be provided to use github app authentication');
  const hasOwner = app.installationOwner !== undefined && app.installationOwner !== '';
  if (!hasOwner && !isId(app.installationId)) {
    throw invalid('app installation owner or ID must be provided to use github app authentication');
  }
  if (hasOwner && isId(app.installationId)) {
    throw invalid('only one of app installation owner or ID must be provided to use github app authentication');
  }
  if (app.privateKey === '') throw invalid('private key must be provided to use github app authentication');
  let key: KeyObject;
  try {
    key = createPrivateKey(app.privateKey);
  } catch (cause) {
    throw invalid('could not parse private key: invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key', cause);
  }
  if (key.asymmetricKeyType !== 'rsa') throw invalid('could not parse private key: key is not a valid RSA private key');
  return key;
}

/** A JSON Web Token, signed with RS256. */
function signStatement(appId: string, key: KeyObject, nowSeconds: number): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const issued = nowSeconds - DRIFT_SECONDS;
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iss: appId, exp: issued + LIFETIME_SECONDS, iat: issued })}`;
  return `${text}.${createSign('sha256').update(text).sign(key, 'base64url')}`;
}

type Ask = (method: string, path: string) => Promise<Record<string, unknown>>;

function permissionsOf(value: unknown): Pick<InstallationToken, 'permissions'> {
  if (typeof value !== 'object' || value === null) return {};
  return { permissions: Object.fromEntries(Object.entries(value).map(([name, level]) => [name, String(level)])) };
}

/** The number of the installation that a repository belongs to; absent where it is not there, or the app is not on it. */
async function findOnRepository(repository: string, ask: Ask): Promise<string | undefined> {
  const path = repository.split('/').map(encodeURIComponent).join('/');
  try {
    const { id } = await ask('GET', `repos/${path}/installation`);
    return typeof id === 'number' ? String(id) : undefined;
  } catch (error) {
    if (error instanceof FluxError && error.details?.['refusal'] === 'not-installed') return undefined;
    throw error;
  }
}

/** Looks for the owner among the organizations and then among the users. */
async function findInstallation(app: GitHubApp, ask: Ask): Promise<string> {
  const owner = app.installationOwner ?? '';
  const failures: string[] = [];
  let refusal: AppRefusal = 'not-installed';
  for (const [kind, path] of [
    ['organization', 'orgs'],
    ['user', 'users'],
  ] as const) {
    try {
      const { id } = await ask('GET', `${path}/${encodeURIComponent(owner)}/installation`);
      if (typeof id === 'number') return String(id);
      failures.push(`failed to find ${kind} installation: the answer has no id`);
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      const why = error.details?.['refusal'];
      if (refusal === 'not-installed' && why !== undefined) refusal = why as AppRefusal;
      failures.push(`failed to find ${kind} installation: ${messageOf(error)}`);
    }
  }
  throw refused(failures.join('\n'), 404, refusal, app);
}

async function request(
  client: HttpClient,
  base: RemoteUrl,
  method: string,
  path: string,
  statement: string,
  app: GitHubApp,
): Promise<Record<string, unknown>> {
  const response = await client.request(base, {
    method,
    path: `${base.path}${path}`,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${statement}`,
      'content-length': '0',
      'x-github-api-version': '2022-11-28',
    },
  });
  const body = await readJson(response);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return body;
  const words = typeof body['message'] === 'string' ? body['message'] : '';
  const message = `${method} ${base.display}${path}: ${status}${words === '' ? '' : ` ${words}`} []`;
  throw refused(message, status, guessAppRefusal(status, words), app);
}

async function readJson(response: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response) {
    size += (piece as Uint8Array).length;
    if (size > MAX_ANSWER) break;
    pieces.push(piece as Uint8Array);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(pieces).toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refused(message: string, status: number, refusal: AppRefusal, app: GitHubApp): FluxError {
  const { cause, hint } = explainAppRefusal(refusal, app);
  return new FluxError('git/app-refused', message, { hint, details: { status, refusal, cause } });
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
