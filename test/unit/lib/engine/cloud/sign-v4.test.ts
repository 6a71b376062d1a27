import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { presignUrl, signCanonical } from '../../../../../src/lib/engine/cloud/sign-v4.ts';
import { findCloudSdks } from '../../../../support/cloud-sdks.ts';

const NOW = Date.UTC(2026, 7, 1, 10, 59, 9);
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

describe('signCanonical() and presignUrl()', () => {
  it('sign the request that AWS publishes with its signature (suite aws-sig-v4, get-vanilla)', () => {
    const empty = createHash('sha256').update('').digest('hex');
    const canonical = `GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n${empty}`;
    const signature = signCanonical(canonical, '20150830T123600Z', {
      service: 'service',
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
      nowMs: Date.UTC(2015, 7, 30, 12, 36, 0),
    });
    assert.equal(signature, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  });

  it('sign the URL that AWS publishes with its signature (S3, query parameters)', () => {
    const url = presignUrl({
      service: 's3',
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      nowMs: Date.UTC(2013, 4, 24),
      host: 'examplebucket.s3.amazonaws.com',
      path: '/test.txt',
      query: {},
      headers: {},
      expiresInSeconds: 86_400,
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    assert.match(url, /&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404$/);
  });

  const sdk = findCloudSdks('@smithy/signature-v4');
  it('sign as the SDK does', { skip: sdk.skip }, async () => {
    const { SignatureV4 } = (await sdk.load('@smithy/signature-v4')) as typeof SmithySignature;
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: 'a/b+c==' };
    const signer = new SignatureV4({ service: 'sts', region: 'eu-west-1', credentials, sha256: Sha256, uriEscapePath: true });
    const query = { Action: 'GetCallerIdentity', Version: "2011-06-15 '*'" };
    const host = 'sts.eu-west-1.amazonaws.com';
    const headers = { host, 'x-k8s-aws-id': 'prod' };
    const signed = await signer.presign(
      { method: 'GET', protocol: 'https:', hostname: host, path: '/', query, headers },
      {
        signingDate: new Date(NOW),
        expiresIn: 900,
        unhoistableHeaders: new Set(['x-k8s-aws-id']),
        unsignableHeaders: new Set(['x-amz-content-sha256']),
      },
    );
    const url = presignUrl({
      service: 'sts',
      region: 'eu-west-1',
      credentials,
      nowMs: NOW,
      host,
      path: '/',
      query,
      headers: { 'x-k8s-aws-id': 'prod' },
      expiresInSeconds: 900,
    });
    assert.deepEqual(Object.fromEntries(new URL(url).searchParams), signed.query);
  });
});

/** The shape of the package, which is not installed with this checkout. */
declare const SmithySignature: {
  SignatureV4: new (options: object) => { presign(request: object, options: object): Promise<{ query: Record<string, string> }> };
};

/** The hash that the SDK asks for. */
class Sha256 {
  readonly #chunks: Uint8Array[] = [];
  readonly #secret: Uint8Array | string | undefined;
  constructor(secret?: Uint8Array | string) {
    this.#secret = secret;
  }
  update(chunk: Uint8Array | string): void {
    this.#chunks.push(Buffer.from(chunk as string));
  }
  async digest(): Promise<Uint8Array> {
    const { createHmac } = await import('node:crypto');
    const hash = this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
    return hash.update(Buffer.concat(this.#chunks)).digest();
  }
}
