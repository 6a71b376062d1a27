import { FluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { ForgeAnswer, ForgePorts, ForgeRequest } from './types.ts';

/** How the REST interface of a forge is spoken to. */
export interface RestOptions {
  /** For people: `GitHub`. */
  readonly title: string;
  /** Everything lies below it; ends in `/`. */
  readonly base: URL;
  /** Headers of every request, the login among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Scopes that a token needs, for the hint of a refusal. */
  readonly neededScopes: string;
  /** Finds out of the words of a refusal which scope is missing; absent where it is not about scopes. */
  readonly readMissingScope?: (words: string) => MissingScope | undefined;
}

/** A scope that a token lacks. */
export interface MissingScope {
  /** One of these would do. */
  readonly required: readonly string[];
  /** What the token has; empty where the forge does not tell. */
  readonly scopes: readonly string[];
}

/** A REST interface. Paths are relative to its base; what stands in them must be encoded. */
export interface Rest {
  /** Absent where there is nothing (404). */
  find(path: string): Promise<JsonValue | undefined>;
  get(path: string): Promise<{ readonly value: JsonValue; readonly headers: Readonly<Record<string, string>> }>;
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: JsonObject): Promise<JsonValue>;
  /**
   * Asks whether something may be made, with a body that lacks all that is required, so that nothing is: refused as `send`
   * is, unless it is the body that is refused (422).
   */
  probe(path: string): Promise<void>;
}

/** Words of a forge that are repeated. */
const MAX_WORDS = 300;

/**
 * Makes the client of a REST interface. The token goes to the host of the base only: redirects are not followed.
 *
 * Effects (of the methods): network
 *
 * @throws {FluxError} forge/unreachable, forge/bad-token, forge/missing-scope, forge/forbidden, forge/moved, forge/not-found, forge/refused, forge/bad-answer
 */
export function makeRest(options: RestOptions, ports: ForgePorts): Rest {
  const ask = async (method: ForgeRequest['method'], path: string, body?: JsonObject): Promise<ForgeAnswer> => {
    const url = new URL(path, options.base);
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    };
    try {
      return await ports.send({ method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'AbortError') throw cause;
      throw new FluxError('forge/unreachable', `${options.title} at ${url.host} cannot be reached: ${messageOf(cause)}`, {
        hint: 'check --hostname, the network, and --ca-file where it has a certificate of its own',
        cause,
      });
    }
  };
  return {
    async find(path) {
      const answer = await ask('GET', path);
      return answer.status === 404 ? undefined : read(answer, 'GET', path, options);
    },
    async get(path) {
      const answer = await ask('GET', path);
      return { value: read(answer, 'GET', path, options), headers: answer.headers };
    },
    async send(method, path, body) {
      return read(await ask(method, path, body), method, path, options);
    },
    async probe(path) {
      const answer = await ask('POST', path, {});
      if (answer.status !== 422) read(answer, 'POST', path, options);
    },
  };
}

function read(
  { status, text, headers }: ForgeAnswer,
  method: string,
  path: string,
  { title, base, neededScopes, readMissingScope }: RestOptions,
): JsonValue {
  let value: JsonValue = null;
  let isJson = true;
  try {
    value = text.trim() === '' ? null : (JSON.parse(text) as JsonValue);
  } catch {
    isJson = false;
  }
  if (status >= 200 && status < 300) {
    if (isJson) return value;
    throw new FluxError('forge/bad-answer', `${base.host} does not answer as ${title} does`, {
      hint: 'check --hostname, and whether a proxy or a login page stands in between',
    });
  }
  const words = wordsOf(value);
  const what = `${title} answered ${status} to ${method} ${path.split('?')[0]}${words === '' ? '' : `: ${words}`}`;
  const details = { status };
  if (status >= 300 && status < 400) {
    const to = headers['location'] ?? '';
    throw new FluxError('forge/moved', `${title} says that ${path.split('?')[0]} lies elsewhere${to === '' ? '' : `: ${to}`}`, {
      hint: 'name owner and repository as they are called now: the token is taken nowhere by a redirect',
      details,
    });
  }
  if (status === 401) {
    throw new FluxError('forge/bad-token', `${title} does not know the token: ${what}`, {
      hint: `make a new one; it needs ${neededScopes}`,
      details,
    });
  }
  const missing = status === 403 ? readMissingScope?.(words) : undefined;
  if (missing !== undefined) {
    const { required, scopes } = missing;
    const has = scopes.length === 0 ? '' : `, and has ${scopes.join(', ')}`;
    throw new FluxError('forge/missing-scope', `the token lacks the scope ${required.join(' or ')}${has}: ${what}`, {
      hint: `make one with ${neededScopes}`,
      details: { status, required: [...required], scopes: [...scopes] },
    });
  }
  if (status === 403) {
    throw new FluxError('forge/forbidden', `the token may not do that: ${what}`, {
      hint: `the token needs ${neededScopes}`,
      details,
    });
  }
  if (status === 404) {
    throw new FluxError('forge/not-found', `not there, or not to be seen with this token: ${what}`, {
      hint: `check owner and repository; the token needs ${neededScopes}`,
      details,
    });
  }
  throw new FluxError('forge/refused', what, { hint: 'see what the forge says; what was done until then stays', details });
}

/** The forges have their words in different places. */
function wordsOf(value: JsonValue): string {
  if (!isJsonObject(value)) return '';
  const { message, error, error_description: description, errors } = value;
  const list = Array.isArray(errors) ? errors.map((item) => (isJsonObject(item) ? (item['message'] ?? item['code']) : item)) : [];
  const found = [message, error, description, ...list].flatMap((word) =>
    typeof word === 'string' && word !== '' ? [word] : isJsonObject(word) ? [JSON.stringify(word)] : [],
  );
  return [...new Set(found)].join('; ').slice(0, MAX_WORDS);
}
