import assert from 'node:assert/strict';
import {
  type Forge,
  type ForgeAnswer,
  type ForgeName,
  type ForgePorts,
  openForge,
} from '../../../../../src/lib/engine/forge/index.ts';

/** An answer of a forge. */
export interface Recorded {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** A forge whose answers are those that its documentation shows, and what it was asked. */
export interface RecordedForge {
  readonly forge: Forge;
  /** `METHOD path BODY`, the path as it stands in the URL. */
  readonly asked: string[];
  /** Headers of the last request. */
  readonly headers: Record<string, string>;
}

/** Answers by `METHOD path`; anything else fails the test. */
export type Exchanges = Readonly<Record<string, Recorded | Error>>;

/** The port `send` over recorded exchanges. */
export function recordedSend(exchanges: Exchanges, asked: string[], headers: Record<string, string> = {}): ForgePorts['send'] {
  return ({ method, url, headers: sent, body }): Promise<ForgeAnswer> => {
    const line = `${method} ${url.pathname}${url.search}`;
    asked.push(body === undefined ? line : `${line} ${body}`);
    Object.assign(headers, sent, { host: url.origin });
    const answer = exchanges[line];
    assert.ok(answer !== undefined, `unexpected ${line}`);
    if (answer instanceof Error) return Promise.reject(answer);
    const { status = 200, headers: given = {}, body: content } = answer;
    const text = typeof content === 'string' ? content : content === undefined ? '' : JSON.stringify(content);
    return Promise.resolve({ status, headers: given, text });
  };
}

/** Opens a forge over recorded exchanges. */
export function recorded(name: ForgeName, exchanges: Exchanges, hostname = 'git.example.com'): RecordedForge {
  const asked: string[] = [];
  const headers: Record<string, string> = {};
  const forge = openForge(name, { hostname, token: 's3cret' }, { send: recordedSend(exchanges, asked, headers) });
  return { forge, asked, headers };
}
