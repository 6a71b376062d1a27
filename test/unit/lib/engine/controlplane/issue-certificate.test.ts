import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import {
  type CertificateRequest,
  type IssuedCertificate,
  issueCertificate,
} from '../../../../../src/lib/engine/controlplane/issue-certificate.ts';

const notBefore = new Date('2026-03-01T11:00:00Z');
const notAfter = new Date('2036-02-27T12:00:00Z');

function request(changes: Partial<CertificateRequest>): CertificateRequest {
  return { use: 'client', commonName: 'admin', notBefore, notAfter, ...changes };
}

const authority = issueCertificate(request({ use: 'authority', commonName: 'sandbox CA' }));

describe('issueCertificate()', () => {
  it('makes an authority that signs itself', () => {
    const certificate = new X509Certificate(authority.certificate);
    assert.equal(certificate.subject, 'CN=sandbox CA');
    assert.equal(certificate.issuer, 'CN=sandbox CA');
    assert.equal(certificate.ca, true);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(authority.key)));
  });

  it('makes a client certificate with user and groups, signed by the authority', () => {
    const issued = issueCertificate(request({ organizations: ['system:masters', 'other'] }), authority);
    const certificate = new X509Certificate(issued.certificate);
    const parent = new X509Certificate(authority.certificate);
    assert.equal(certificate.subject, 'O=system:masters\nO=other\nCN=admin');
    assert.equal(certificate.ca, false);
    assert.ok(certificate.checkIssued(parent));
    assert.ok(certificate.verify(parent.publicKey));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(issued.key)));
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
    assert.equal(certificate.validFromDate.toISOString(), notBefore.toISOString());
    assert.equal(certificate.validToDate.toISOString(), notAfter.toISOString());
  });

  it('is not accepted under another authority of the same name', () => {
    const other = issueCertificate(request({ use: 'authority', commonName: 'sandbox CA' }));
    const certificate = new X509Certificate(issueCertificate(request({}), authority).certificate);
    assert.equal(certificate.verify(new X509Certificate(other.certificate).publicKey), false);
    assert.equal(certificate.checkIssued(new X509Certificate(other.certificate)), false);
  });

  it('names the hosts of a server, addresses included', () => {
    const issued = issueCertificate(
      request({ use: 'server', commonName: 'kube-apiserver', hosts: ['localhost', '127.0.0.1', '::1', 'fe80::1:2'] }),
      authority,
    );
    const certificate = new X509Certificate(issued.certificate);
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.equal(certificate.checkHost('localhost'), 'localhost');
    assert.equal(certificate.checkHost('example.com'), undefined);
    for (const address of ['127.0.0.1', '::1', 'fe80::1:2']) assert.equal(certificate.checkIP(address), address);
  });

  it('gives a peer both uses', () => {
    const issued = issueCertificate(request({ use: 'peer', commonName: 'etcd', hosts: ['127.0.0.1'] }), authority);
    assert.deepEqual(new X509Certificate(issued.certificate).keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  it('writes a time after 2049 as RFC 5280 wants it', () => {
    const late = new Date('2050-01-01T00:00:00Z');
    const issued = issueCertificate(request({ notAfter: late }), authority);
    assert.equal(new X509Certificate(issued.certificate).validToDate.toISOString(), late.toISOString());
  });

  it('gives every certificate a serial number of its own', () => {
    const serials = [1, 2, 3].map(() => new X509Certificate(issueCertificate(request({}), authority).certificate).serialNumber);
    assert.equal(new Set(serials).size, 3);
    for (const serial of serials) assert.match(serial, /^[0-9A-F]{32}$/);
  });

  it('serves a TLS connection in which both sides prove who they are', async () => {
    const server = issueCertificate(request({ use: 'server', commonName: 'server', hosts: ['127.0.0.1'] }), authority);
    const client = issueCertificate(request({ commonName: 'tester', organizations: ['team'] }), authority);
    assert.deepEqual(await shakeHands(server, client), { CN: 'tester', O: 'team' });
  });
});

function shakeHands(server: IssuedCertificate, client: IssuedCertificate): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const listener = createServer(
      {
        ca: authority.certificate,
        cert: server.certificate,
        key: server.key,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket) => {
        resolve({ ...socket.getPeerCertificate().subject });
        socket.end();
        listener.close();
      },
    );
    listener.once('tlsClientError', reject);
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      const socket = connect({
        host: '127.0.0.1',
        port,
        ca: authority.certificate,
        cert: client.certificate,
        key: client.key,
      });
      socket.once('error', reject);
      socket.resume();
    });
  });
}
