import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { FluxError } from '../../core/errors.ts';

/**
 * Checks that a certificate and a private key belong together.
 *
 * Effects: none
 * Source: the sentences are those of Go's crypto/tls
 *
 * @param certificate PEM; the first certificate counts
 * @param key PEM, without a passphrase
 * @throws {FluxError} create/bad-key-pair
 */
export function checkKeyPair(certificate: string, key: string): void {
  const publicKey = readCertificate(certificate);
  const privateKey = readKey(key);
  if (publicKey.asymmetricKeyType !== privateKey.asymmetricKeyType) {
    throw badPair('private key type does not match public key type');
  }
  if (!publicKey.equals(createPublicKey(privateKey))) throw badPair('private key does not match public key');
}

function readCertificate(text: string): KeyObject {
  const labels = labelsOf(text);
  if (labels.length === 0) throw badPair('failed to find any PEM data in certificate input');
  if (!labels.includes('CERTIFICATE')) {
    throw badPair(
      labels.length === 1 && isKeyLabel(labels[0])
        ? 'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
        : `failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${labels.join(' ')}]`,
    );
  }
  try {
    return new X509Certificate(text.slice(text.indexOf('-----BEGIN CERTIFICATE-----'))).publicKey;
  } catch (cause) {
    throw badPair('the certificate cannot be read', cause);
  }
}

function readKey(text: string): KeyObject {
  const labels = labelsOf(text);
  if (labels.length === 0) throw badPair('failed to find any PEM data in key input');
  if (!labels.some(isKeyLabel)) {
    throw badPair(
      labels.length === 1 && labels[0] === 'CERTIFICATE'
        ? 'found a certificate rather than a key in the PEM for the private key'
        : `failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${labels.join(' ')}]`,
    );
  }
  try {
    // An EC key may come with a block of its parameters before it.
    return createPrivateKey(text.slice(text.search(/-----BEGIN (?:[A-Z0-9 ]+ )?PRIVATE KEY-----/)));
  } catch (cause) {
    throw badPair('failed to parse private key', cause);
  }
}

function labelsOf(text: string): string[] {
  return [...text.matchAll(/^-----BEGIN ([^\n]+)-----\r?\n[\s\S]*?^-----END \1-----/gm)].map(([, label = '']) => label);
}

function isKeyLabel(label: string | undefined): boolean {
  return label === 'PRIVATE KEY' || label?.endsWith(' PRIVATE KEY') === true;
}

function badPair(what: string, cause?: unknown): FluxError {
  return new FluxError('create/bad-key-pair', `invalid TLS certificate and key pair: tls: ${what}`, {
    hint: 'both must be PEM, the key without a passphrase: openssl x509 -in FILE, openssl pkey -in FILE',
    ...(cause === undefined ? {} : { cause }),
  });
}
