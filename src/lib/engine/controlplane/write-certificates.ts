import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { LOOPBACK, type Ports } from './flags.ts';
import { type CertificateUse, type IssuedCertificate, issueCertificate } from './issue-certificate.ts';
import { formatKubeconfig } from './kubeconfig.ts';
import type { Layout } from './layout.ts';

const HOUR_MS = 3_600_000;
const VALID_DAYS = 3_650;

/** Names under which clients in and around a cluster reach its API server; the last is the first address of the Service range. */
const APISERVER_HOSTS = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  LOOPBACK,
  '::1',
  '10.0.0.1',
];

/**
 * Makes the throw-away authorities of a sandbox, the certificates they sign, the key of the service-account tokens, and the
 * kubeconfigs of the administrator and of kube-controller-manager. etcd has an authority of its own, so that a certificate
 * for the API server opens nothing there.
 *
 * Effects: writes the files, readable for their owner only
 */
export function writeCertificates(layout: Layout, name: string, ports: Ports, now: Date): void {
  mkdirSync(layout.certDir, { recursive: true, mode: 0o700 });
  const notBefore = new Date(now.getTime() - HOUR_MS);
  const notAfter = new Date(now.getTime() + VALID_DAYS * 24 * HOUR_MS);
  const issue = (
    use: CertificateUse,
    commonName: string,
    issuer?: IssuedCertificate,
    extra: { organizations?: string[]; hosts?: string[] } = {},
  ) => issueCertificate({ use, commonName, notBefore, notAfter, ...extra }, issuer);
  const save = (file: string, { certificate, key }: IssuedCertificate) => {
    writePrivate(layout.certificate(file), certificate);
    writePrivate(layout.key(file), key);
  };

  const authority = issue('authority', `flux-ts sandbox ${name}`);
  const etcdAuthority = issue('authority', `flux-ts sandbox ${name} etcd`);
  const admin = issue('client', 'admin', authority, { organizations: ['system:masters'] });
  const controllerManager = issue('client', 'system:kube-controller-manager', authority);
  // Their keys are kept nowhere: nothing more is ever signed.
  writePrivate(layout.certificate('ca'), authority.certificate);
  writePrivate(layout.certificate('etcd-ca'), etcdAuthority.certificate);
  save('admin', admin);
  save('kube-apiserver', issue('server', 'kube-apiserver', authority, { hosts: APISERVER_HOSTS }));
  save('etcd', issue('peer', 'etcd', etcdAuthority, { hosts: ['localhost', LOOPBACK] }));
  save('etcd-client', issue('client', 'kube-apiserver', etcdAuthority));

  const tokenKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  writePrivate(layout.key('service-account'), tokenKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const publicKey = createPublicKey(tokenKey).export({ type: 'spki', format: 'pem' }) as string;
  writePrivate(layout.certificate('service-account'), publicKey);

  const server = `https://${LOOPBACK}:${ports.apiserver}`;
  const kubeconfigOf = (user: string, { certificate, key }: IssuedCertificate) =>
    formatKubeconfig({ name, server, authority: authority.certificate, user, certificate, key });
  writePrivate(layout.kubeconfig, kubeconfigOf('admin', admin));
  writePrivate(layout.controllerKubeconfig, kubeconfigOf('kube-controller-manager', controllerManager));
}

function writePrivate(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}
