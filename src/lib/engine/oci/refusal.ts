import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { MAX_DOCUMENT_BYTES } from './constants.ts';
import { readBody } from './read-body.ts';
import type { HttpAnswer } from './types.ts';

/** Words of a registry that are repeated. */
const MAX_WORDS = 300;

/**
 * Makes the error for an answer that is no success.
 *
 * Effects: reads the answer
 * Source: OCI distribution-spec, "Error Codes"
 *
 * @param what was asked, as the message tells it: `ghcr.io/org/app:1.0`
 * @param loggedIn whether a login was sent
 */
export async function refusalOf(answer: HttpAnswer, what: string, loggedIn: boolean): Promise<FluxError> {
  const { status } = answer;
  const words = await wordsOf(answer).catch(() => '');
  const said = words === '' ? '' : `: ${words}`;
  const details = { status };
  if (status === 401 || status === 403) {
    return new FluxError('oci/unauthorized', `${what}: the registry refused access (${status})${said}`, {
      hint: loggedIn
        ? 'check the login and what it may do there'
        : 'log in with `docker login`, or give --creds=user:password; a repository that does not exist may be refused, too',
      details,
    });
  }
  if (status === 404) {
    return new FluxError('oci/not-found', `${what} is not in the registry${said}`, {
      hint: 'check the address and the tag: flux-ts list artifacts oci://HOST/REPOSITORY',
      details,
    });
  }
  return new FluxError('oci/refused', `${what}: the registry answered ${status}${said}`, {
    hint: status === 429 ? 'wait, or log in: registries limit those who are not logged in' : 'see what the registry says of it',
    details,
  });
}

async function wordsOf(answer: HttpAnswer): Promise<string> {
  const text = Buffer.from(await readBody(answer, MAX_DOCUMENT_BYTES, 'the answer')).toString('utf8');
  const parsed = JSON.parse(text) as { errors?: readonly { code?: string; message?: string }[] };
  const words = (parsed.errors ?? []).map(({ code = '', message = '' }) =>
    [code, message].filter((word) => word !== '').join(' '),
  );
  return words.join('; ').slice(0, MAX_WORDS);
}
