import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from './types.ts';

/** What a signature of AWS is bound to beside the request. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A request that is signed in its URL. */
export interface PresignedRequest extends SigningScope {
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Headers that whoever uses the URL has to send, in lower case; `host` is among them by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresInSeconds: number;
  /** SHA-256 of the body, in hexadecimal. Default: that of an empty one. */
  readonly payloadHash?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs a GET request by its URL, so that whoever has the URL can make the request until it expires.
 *
 * Effects: none
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function presignUrl(request: PresignedRequest): string {
  const { host, path, credentials, nowMs } = request;
  const headers: Readonly<Record<string, string>> = { ...request.headers, host };
  const names = Object.keys(headers).sort();
  const stamp = formatStamp(nowMs);
  const query = Object.entries({
    ...request.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${scopeOf(request)}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': String(request.expiresInSeconds),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': names.join(';'),
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonical = [
    'GET',
    path,
    query,
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    request.payloadHash ?? hash(''),
  ].join('\n');
  return `https://${host}${path}?${query}&X-Amz-Signature=${signCanonical(canonical, stamp, request)}`;
}

/**
 * Signs a canonical request, and gives the signature in hexadecimal.
 *
 * Effects: none
 *
 * @param stamp the time as it stands in the text that is signed
 */
export function signCanonical(canonical: string, stamp: string, scope: SigningScope): string {
  const { service, region, credentials, nowMs } = scope;
  const text = [ALGORITHM, stamp, scopeOf(scope), hash(canonical)].join('\n');
  const parts = [formatStamp(nowMs).slice(0, 8), region, service, 'aws4_request', text];
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`, 'utf8');
  for (const part of parts) key = createHmac('sha256', key).update(part, 'utf8').digest();
  return key.toString('hex');
}

/** Writes a time as AWS does: `20150830T123600Z`. */
export function formatStamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
}

function scopeOf({ service, region, nowMs }: SigningScope): string {
  return `${formatStamp(nowMs).slice(0, 8)}/${region}/${service}/aws4_request`;
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** RFC 3986: more is escaped than `encodeURIComponent` does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
