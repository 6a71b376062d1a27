import { join } from 'node:path';

/** The processes of a control plane, in the order in which they start. */
export const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;

/** One process of a control plane. */
export type Component = (typeof COMPONENTS)[number];

/** Where the files of a control plane are; everything lies in one folder, which nobody else may read. */
export interface Layout {
  readonly dir: string;
  readonly stateFile: string;
  readonly kubeconfig: string;
  readonly controllerKubeconfig: string;
  readonly dataDir: string;
  readonly certDir: string;
  certificate(name: string): string;
  key(name: string): string;
  /** Which requests are noted, and how much of them. */
  readonly auditPolicy: string;
  /** Who asked for what and got which answer: a line of JSON for each request. */
  readonly auditLog: string;
  log(component: Component): string;
  pidFile(component: Component): string;
}

/**
 * Names the files of the control plane in a folder.
 *
 * Effects: none
 */
export function layoutOf(dir: string): Layout {
  const certDir = join(dir, 'certs');
  return {
    dir,
    certDir,
    stateFile: join(dir, 'controlplane.json'),
    kubeconfig: join(dir, 'kubeconfig'),
    controllerKubeconfig: join(certDir, 'kube-controller-manager.kubeconfig'),
    dataDir: join(dir, 'etcd'),
    auditPolicy: join(dir, 'audit-policy.json'),
    auditLog: join(dir, 'audit.log'),
    certificate: (name) => join(certDir, `${name}.crt`),
    key: (name) => join(certDir, `${name}.key`),
    log: (component) => join(dir, `${component}.log`),
    pidFile: (component) => join(dir, `${component}.pid`),
  };
}
