import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { layoutOf } from '../../../../../src/lib/engine/controlplane/layout.ts';
import { writeCertificates } from '../../../../../src/lib/engine/controlplane/write-certificates.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-ts-certs-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const layout = layoutOf(dir);
writeCertificates(layout, 'demo', { apiserver: 20001, etcdClient: 20002, etcdPeer: 20003 }, new Date('2026-03-01T12:00:00Z'));
const read = (name: string) => new X509Certificate(readFileSync(layout.certificate(name)));

describe('writeCertificates()', () => {
  it('makes the administrator a member of system:masters', () => {
    assert.equal(read('admin').subject, 'O=system:masters\nCN=admin');
    assert.ok(read('admin').verify(read('ca').publicKey));
  });

  it('keeps etcd apart: no certificate of the API server’s authority opens it', () => {
    for (const name of ['etcd', 'etcd-client']) {
      assert.ok(read(name).verify(read('etcd-ca').publicKey));
      assert.equal(read(name).verify(read('ca').publicKey), false);
    }
    assert.equal(read('admin').verify(read('etcd-ca').publicKey), false);
  });

  it('names the API server as clients outside and inside a cluster do', () => {
    const certificate = read('kube-apiserver');
    for (const host of ['localhost', 'kubernetes.default.svc']) assert.equal(certificate.checkHost(host), host);
    for (const address of ['127.0.0.1', '::1', '10.0.0.1']) assert.equal(certificate.checkIP(address), address);
  });

  it('keeps no key of an authority, and lets nobody else read the rest', () => {
    const files = readdirSync(layout.certDir);
    assert.ok(!files.includes('ca.key') && !files.includes('etcd-ca.key'));
    for (const file of files) assert.equal(statSync(join(layout.certDir, file)).mode & 0o777, 0o600, file);
    assert.equal(statSync(layout.kubeconfig).mode & 0o777, 0o600);
  });

  it('pairs the keys that sign and check service-account tokens', () => {
    const fromPrivate = createPublicKey(readFileSync(layout.key('service-account')));
    assert.ok(fromPrivate.equals(createPublicKey(readFileSync(layout.certificate('service-account')))));
  });

  it('points both kubeconfigs to the server', () => {
    for (const file of [layout.kubeconfig, layout.controllerKubeconfig]) {
      assert.match(readFileSync(file, 'utf8'), /server: https:\/\/127\.0\.0\.1:20001\n/);
    }
  });
});
