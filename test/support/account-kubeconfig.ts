import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from './connect-kube.ts';

/** A ServiceAccount. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Writes a kubeconfig that logs in with a token of a ServiceAccount, and with nothing else. */
export async function makeAccountKubeconfig(admin: KubeClient, kubeconfigPath: string, account: Account): Promise<string> {
  const { namespace, name } = account;
  const answer = (await admin.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } },
  })) as unknown as { status: { token: string } };
  const authority = /certificate-authority-data:\s*(\S+)/.exec(readFileSync(kubeconfigPath, 'utf8'))?.[1] ?? '';
  return `apiVersion: v1
kind: Config
clusters:
- name: sandbox
  cluster: {server: '${admin.server}', certificate-authority-data: '${authority}'}
contexts:
- name: sandbox
  context: {cluster: sandbox, user: ${name}}
current-context: sandbox
users:
- name: ${name}
  user: {token: '${answer.status.token}'}
`;
}

/** Makes a client that is logged in as a ServiceAccount. The caller closes it. */
export async function connectAccount(admin: KubeClient, kubeconfigPath: string, account: Account): Promise<KubeClient> {
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-account-'));
  try {
    const file = join(folder, 'kubeconfig');
    writeFileSync(file, await makeAccountKubeconfig(admin, kubeconfigPath, account), { mode: 0o600 });
    return await connectKube(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
