import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { MAX_DOCUMENT_BYTES } from './constants.ts';
import { type Challenge, parseChallenge } from './parse-challenge.ts';
import { readBody } from './read-body.ts';
import { sendSteadily } from './send-steadily.ts';
import type { HttpAnswer, RegistryLogin, RegistryPorts } from './types.ts';

/** Makes what goes into the header `Authorization`. */
export interface Authorizer {
  /** For a request that needs this scope; absent sends none. */
  header(scope: string): Promise<string | undefined>;
  /** Takes in a refusal; true where another try can help. */
  learn(answer: HttpAnswer, scope: string): boolean;
}

/** Our name at token servers. */
const CLIENT_ID = 'flux-ts';

/**
 * Makes the authorizer of one registry: basic where it asks for that, else tokens of its token server, one per scope.
 *
 * Effects (of the methods): asks the token server
 * Source: distribution docs, "Token Authentication Specification", "OAuth2 Token Authentication"
 *
 * @param login absent asks for what everybody may
 * @param isPlain true where the registry itself is spoken to without TLS: only then may its token server be
 */
export function makeAuthorizer(login: RegistryLogin | undefined, isPlain: boolean, ports: RegistryPorts): Authorizer {
  let challenge: Challenge | undefined;
  const tokens = new Map<string, Promise<string>>();
  const refused = new Set<string>();
  return {
    async header(scope) {
      if (login?.kind === 'bearer') return `Bearer ${login.token}`;
      if (challenge === undefined) return undefined;
      if (challenge.scheme === 'basic') return login?.kind === 'basic' ? basicOf(login) : undefined;
      let token = tokens.get(scope);
      if (token === undefined) {
        token = fetchToken(challenge, scope, login, isPlain, ports);
        tokens.set(scope, token);
      }
      return `Bearer ${await token}`;
    },
    learn(answer, scope) {
      const heard = parseChallenge(answer.headers['www-authenticate'] ?? '');
      if (heard === undefined || refused.has(scope) || login?.kind === 'bearer') return false;
      if (heard.scheme === 'basic' && login?.kind !== 'basic') return false;
      // The first refusal tells how to log in; a second may be of a token that has run out.
      if (challenge !== undefined) refused.add(scope);
      challenge = heard;
      tokens.delete(scope);
      return true;
    },
  };
}

function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

async function fetchToken(
  challenge: Challenge,
  scope: string,
  login: RegistryLogin | undefined,
  isPlain: boolean,
  ports: RegistryPorts,
): Promise<string> {
  const realm = realmOf(challenge, isPlain);
  const asForm = login?.kind === 'refresh';
  const fields = new URLSearchParams();
  if (challenge.service !== '') fields.set('service', challenge.service);
  if (scope !== '') fields.set('scope', scope);
  if (asForm) {
    fields.set('grant_type', 'refresh_token');
    fields.set('client_id', CLIENT_ID);
    fields.set('refresh_token', login.token);
  } else {
    for (const [name, value] of fields) realm.searchParams.append(name, value);
    if (login?.kind === 'basic' && login.username !== '') realm.searchParams.set('account', login.username);
  }
  const answer = await sendSteadily(
    {
      method: asForm ? 'POST' : 'GET',
      url: realm,
      headers: {
        accept: 'application/json',
        ...(asForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(login?.kind === 'basic' ? { authorization: basicOf(login) } : {}),
      },
      ...(asForm ? { body: Buffer.from(fields.toString(), 'utf8') } : {}),
    },
    ports,
  );
  const body = Buffer.from(await readBody(answer, MAX_DOCUMENT_BYTES, 'the answer of the token server')).toString('utf8');
  if (answer.status === 401 || answer.status === 403 || answer.status === 400) {
    throw new FluxError('oci/unauthorized', `the token server ${realm.host} refused ${describe(login)} (${answer.status})`, {
      hint: 'log in with `docker login`, or check --creds',
      details: { status: answer.status },
    });
  }
  const token = answer.status === 200 ? readToken(body) : '';
  if (token !== '') return token;
  throw new FluxError('oci/bad-answer', `the token server ${realm.host} answered ${answer.status} without a token`, {
    hint: 'try again; if it stays, ask whoever runs the registry',
    details: { status: answer.status },
  });
}

/** The token server is named by the registry, and gets the password: it must be one that can be trusted with it. */
function realmOf({ realm }: Challenge, isPlain: boolean): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || (isPlain && url.protocol === 'http:'))) return url;
  throw new FluxError('oci/bad-answer', `the registry sends logins to ${JSON.stringify(realm)}, where they would not be safe`, {
    hint: 'ask whoever runs the registry for a token server with https',
  });
}

function readToken(body: string): string {
  try {
    const parsed = JSON.parse(body) as { token?: unknown; access_token?: unknown };
    const token = parsed.token ?? parsed.access_token;
    return typeof token === 'string' ? token : '';
  } catch {
    return '';
  }
}

function describe(login: RegistryLogin | undefined): string {
  if (login === undefined) return 'those who are not logged in';
  return login.kind === 'basic' ? `the login of ${JSON.stringify(login.username)}` : 'the token';
}
