import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  encodeBits,
  encodeInteger,
  encodeObjectId,
  encodeOctets,
  encodeSequence,
  encodeSet,
  encodeText,
  encodeTime,
  encodeTrue,
  encodeValue,
} from './der.ts';

/** What a certificate may be used for. */
export type CertificateUse = 'authority' | 'server' | 'client' | 'peer';

/** What a certificate shall say. */
export interface CertificateRequest {
  /** To Kubernetes the name of the user. */
  readonly commonName: string;
  /** To Kubernetes the groups of the user. */
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses of a server. */
  readonly hosts?: readonly string[];
  /** `peer` is both server and client. */
  readonly use: CertificateUse;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate with its private key, both PEM. */
export interface IssuedCertificate {
  readonly request: CertificateRequest;
  readonly certificate: string;
  readonly key: string;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/**
 * Makes a key pair and a certificate for it, ECDSA on P-256. Node can read certificates but not issue them, and to need an
 * `openssl` program for some 600 bytes would be one more thing that may be missing.
 *
 * Effects: none, apart from randomness
 * Source: RFC 5280; RFC 5480
 *
 * @param issuer who signs; absent means that the certificate signs itself
 */
export function issueCertificate(request: CertificateRequest, issuer?: IssuedCertificate): IssuedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const algorithm = encodeSequence(encodeObjectId(OID.ecdsaWithSha256));
  const body = encodeSequence(
    encodeValue(0xa0, encodeInteger(Buffer.from([2]))),
    encodeInteger(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    algorithm,
    encodeName(issuer?.request ?? request),
    encodeSequence(encodeTime(request.notBefore), encodeTime(request.notAfter)),
    encodeName(request),
    publicKey.export({ type: 'spki', format: 'der' }),
    encodeValue(0xa3, encodeSequence(...encodeExtensions(request, publicKey, createPublicKey(issuer?.key ?? key)))),
  );
  const signature = sign('sha256', body, issuer?.key ?? key);
  return { request, key, certificate: formatPem(encodeSequence(body, algorithm, encodeBits(signature))) };
}

function encodeName({ commonName, organizations = [] }: CertificateRequest): Buffer {
  const attribute = (oid: string, value: string) => encodeSet(encodeSequence(encodeObjectId(oid), encodeText(value)));
  return encodeSequence(
    ...organizations.map((organization) => attribute(OID.organization, organization)),
    attribute(OID.commonName, commonName),
  );
}

function encodeExtensions(request: CertificateRequest, own: KeyObject, issuer: KeyObject): Buffer[] {
  const plain = (oid: string, value: Buffer) => encodeSequence(encodeObjectId(oid), encodeOctets(value));
  const critical = (oid: string, value: Buffer) => encodeSequence(encodeObjectId(oid), encodeTrue(), encodeOctets(value));
  const identify = [
    plain(OID.subjectKeyId, encodeOctets(keyId(own))),
    plain(OID.authorityKeyId, encodeSequence(encodeValue(0x80, keyId(issuer)))),
  ];
  if (request.use === 'authority') {
    // Bits 5 and 6: keyCertSign and cRLSign.
    return [
      critical(OID.basicConstraints, encodeSequence(encodeTrue())),
      critical(OID.keyUsage, encodeBits(Buffer.from([0x06]), 1)),
      ...identify,
    ];
  }
  const purposes = [
    ...(request.use === 'client' ? [] : [OID.serverAuth]),
    ...(request.use === 'server' ? [] : [OID.clientAuth]),
  ].map(encodeObjectId);
  return [
    critical(OID.basicConstraints, encodeSequence()),
    // Bit 0: digitalSignature.
    critical(OID.keyUsage, encodeBits(Buffer.from([0x80]), 7)),
    plain(OID.extendedKeyUsage, encodeSequence(...purposes)),
    ...identify,
    ...(request.hosts === undefined || request.hosts.length === 0
      ? []
      : [plain(OID.subjectAltName, encodeSequence(...request.hosts.map(encodeHost)))]),
  ];
}

function encodeHost(host: string): Buffer {
  if (isIPv4(host)) return encodeValue(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIPv6(host)) return encodeValue(0x87, parseIPv6(host));
  return encodeValue(0x82, Buffer.from(host, 'latin1'));
}

function parseIPv6(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  const all = [...front, ...zeros, ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function keyId(key: KeyObject): Buffer {
  // The point stands at the end of the key's DER form: 65 bytes for an uncompressed one on P-256.
  const point = (key.export({ type: 'spki', format: 'der' }) as Buffer).subarray(-65);
  return createHash('sha1').update(point).digest();
}

function formatPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
