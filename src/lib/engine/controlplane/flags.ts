import type { Component, Layout } from './layout.ts';

/** The ports of a control plane, all on 127.0.0.1. */
export interface Ports {
  readonly apiserver: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
}

/** The address that everything listens on: nothing of a sandbox can be reached from another machine. */
export const LOOPBACK = '127.0.0.1';

/** The controllers that make sense without nodes. */
const CONTROLLERS = [
  'namespace',
  'garbage-collector',
  'serviceaccount',
  'serviceaccount-token',
  'root-ca-certificate-publisher',
  'clusterrole-aggregation',
  'deployment',
  'replicaset',
  'resourcequota',
].map((name) => `${name}-controller`);

/**
 * Returns the flags of one process.
 *
 * Priority and fairness stays on, since Flux throttles itself without it. etcd speaks TLS with client certificates even on
 * loopback: whoever reaches it goes past RBAC. It does not fsync: a sandbox may lose its data when the machine loses
 * power, and starts in half the time.
 *
 * Effects: none
 *
 * @param extra further flags of kube-apiserver; they stand last, so they win
 * @param audit true notes every request in the audit log. Default: false
 */
export function formatFlags(
  component: Component,
  layout: Layout,
  ports: Ports,
  extra: readonly string[] = [],
  audit = false,
): string[] {
  switch (component) {
    case 'etcd':
      return etcdFlags(layout, ports);
    case 'kube-apiserver':
      return [...apiserverFlags(layout, ports), ...(audit ? auditFlags(layout) : []), ...extra];
    case 'kube-controller-manager':
      return controllerManagerFlags(layout);
  }
}

function etcdFlags(layout: Layout, ports: Ports): string[] {
  const client = `https://${LOOPBACK}:${ports.etcdClient}`;
  const peer = `https://${LOOPBACK}:${ports.etcdPeer}`;
  return [
    '--name=sandbox',
    `--data-dir=${layout.dataDir}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=sandbox=${peer}`,
    '--client-cert-auth',
    `--cert-file=${layout.certificate('etcd')}`,
    `--key-file=${layout.key('etcd')}`,
    `--trusted-ca-file=${layout.certificate('etcd-ca')}`,
    '--peer-client-cert-auth',
    `--peer-cert-file=${layout.certificate('etcd')}`,
    `--peer-key-file=${layout.key('etcd')}`,
    `--peer-trusted-ca-file=${layout.certificate('etcd-ca')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiserverFlags(layout: Layout, ports: Ports): string[] {
  return [
    `--bind-address=${LOOPBACK}`,
    `--advertise-address=${LOOPBACK}`,
    `--secure-port=${ports.apiserver}`,
    // A Service must not have a loopback address as endpoint, so nobody keeps the one of `default/kubernetes`.
    '--endpoint-reconciler-type=none',
    `--etcd-servers=https://${LOOPBACK}:${ports.etcdClient}`,
    `--etcd-cafile=${layout.certificate('etcd-ca')}`,
    `--etcd-certfile=${layout.certificate('etcd-client')}`,
    `--etcd-keyfile=${layout.key('etcd-client')}`,
    '--authorization-mode=RBAC',
    `--client-ca-file=${layout.certificate('ca')}`,
    `--tls-cert-file=${layout.certificate('kube-apiserver')}`,
    `--tls-private-key-file=${layout.key('kube-apiserver')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${layout.certificate('service-account')}`,
    `--service-account-signing-key-file=${layout.key('service-account')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    '--enable-priority-and-fairness=true',
    '--profiling=false',
    '--shutdown-delay-duration=0s',
  ];
}

function auditFlags(layout: Layout): string[] {
  // Without a limit of its own the log would be cut into pieces, and the oldest removed.
  return [`--audit-policy-file=${layout.auditPolicy}`, `--audit-log-path=${layout.auditLog}`, '--audit-log-maxsize=2048'];
}

function controllerManagerFlags(layout: Layout): string[] {
  return [
    `--kubeconfig=${layout.controllerKubeconfig}`,
    `--authentication-kubeconfig=${layout.controllerKubeconfig}`,
    `--authorization-kubeconfig=${layout.controllerKubeconfig}`,
    // It serves nothing that a sandbox needs.
    '--secure-port=0',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${layout.key('service-account')}`,
    `--root-ca-file=${layout.certificate('ca')}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    '--profiling=false',
  ];
}
